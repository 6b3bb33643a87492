import { bytesOf, holdsBytes } from './bytes-of-text.ts'
import { storedRecords } from './stored-records.ts'

/** Every place of this origin, in any storage that a page can read, where a text stands: databases, caches, files, localStorage. */
export async function placesOf(text: string): Promise<string[]> {
  const places: string[] = []
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined) continue
    for (const place of await storedRecords(name).holding(text)) places.push(`${name} ${place}`)
  }
  for (const [place, bytes] of [...(await cached()), ...(await filed(await navigator.storage.getDirectory()))]) {
    if (holdsBytes(bytes, text)) places.push(place)
  }
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i)!
    if (`${key} ${localStorage.getItem(key)}`.includes(text)) places.push(`localStorage ${key}`)
  }
  return places
}

/** What the Cache API holds under addresses with this name in them, as one text: changes whenever anything of it does. */
export async function witnessText(name: string): Promise<string> {
  const entries = await cached(name)
  return entries.map(([place, bytes]) => `${place} ${new TextDecoder('latin1').decode(bytes.slice())}`).join('\n')
}

async function cached(part = ''): Promise<[place: string, bytes: Uint8Array][]> {
  const found: [string, Uint8Array][] = []
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      if (!request.url.includes(part)) continue
      const response = await cache.match(request)
      const body = bytesOf(await response?.arrayBuffer())
      found.push([`cache ${name} ${request.url}`, body])
    }
  }
  return found
}

async function filed(folder: FileSystemDirectoryHandle, path = ''): Promise<[place: string, bytes: Uint8Array][]> {
  const found: [string, Uint8Array][] = []
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'directory') found.push(...(await filed(handle as FileSystemDirectoryHandle, `${path}/${name}`)))
    else found.push([`file ${path}/${name}`, bytesOf(await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer())])
  }
  return found
}
