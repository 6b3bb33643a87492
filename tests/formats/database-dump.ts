/** What a database of a format version consists of; keys are out of line, values are Uint8Arrays. */
export interface Layout {
  /** IndexedDB's own number. */
  readonly version: number
  /** Its object stores, in the order of their numbers in a dump. */
  readonly stores: readonly string[]
}

/** By format version; see docs/format-0.md and docs/format.md. */
export const LAYOUTS = [
  { version: 1, stores: ['collections', 'log', 'blocks', 'manifests'] },
  { version: 2, stores: ['catalog', 'entries', 'blocks', 'manifests', 'parts', 'meta'] },
] as const satisfies readonly Layout[]

/** One record of a database. */
export interface DumpedRecord {
  readonly store: string
  /** A key that JSON can hold: a string, a number, or an array of these. */
  readonly key: IDBValidKey
  readonly value: Uint8Array<ArrayBuffer>
}

// A dump is one gzip stream (RFC 1952). What is in it, little-endian:
//
//   ├ count u32 ┼ for each record: store u8 ┼ key length u32 ┼ key … ┼ value length u32 ┼ value … ┤
//
// The store is its place in the layout, the key is UTF-8 JSON. Records stand in the order of stores, then of keys.

/** The bytes of a dump of these records. */
export async function encodeDump(records: readonly DumpedRecord[], { stores }: Layout): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  const parts: Uint8Array<ArrayBuffer>[] = [u32(records.length)]
  for (const { store, key, value } of records) {
    const name = encoder.encode(JSON.stringify(key))
    parts.push(Uint8Array.of(stores.indexOf(store)), u32(name.length), name, u32(value.length), value)
  }
  return await through(parts, new CompressionStream('gzip'))
}

/** The records of a dump. Throws where it is cut off or too long. */
export async function decodeDump(dump: Uint8Array<ArrayBuffer>, { stores }: Layout): Promise<DumpedRecord[]> {
  const bytes = await through([dump], new DecompressionStream('gzip'))
  const view = new DataView(bytes.buffer)
  const decoder = new TextDecoder()
  let at = 0
  const take = (length: number) => {
    if (at + length > bytes.length) throw new Error(`The dump ends at byte ${bytes.length}, in the middle of a record.`)
    at += length
    return at - length
  }
  const takeLength = () => view.getUint32(take(4), true)
  const takeBytes = (length: number) => bytes.slice(take(length), at)
  const records = Array.from({ length: takeLength() }, (): DumpedRecord => {
    const store = stores[view.getUint8(take(1))]
    if (store === undefined) throw new Error(`The dump names a store that there is not, before byte ${at}.`)
    const key = JSON.parse(decoder.decode(takeBytes(takeLength()))) as IDBValidKey
    return { store, key, value: takeBytes(takeLength()) }
  })
  if (at !== bytes.length) throw new Error(`The dump has ${bytes.length - at} bytes more than its records.`)
  return records
}

/** Everything that the database of this name holds. Rejects where there is no such database. */
export async function dumpDatabase(name: string, layout: Layout): Promise<Uint8Array<ArrayBuffer>> {
  const opening = indexedDB.open(name)
  // Only where it is not there yet: then it stays so.
  opening.onupgradeneeded = () => opening.transaction?.abort()
  const database = await settled(opening)
  try {
    const transaction = database.transaction([...layout.stores], 'readonly')
    const records = await Promise.all(
      layout.stores.map(async (store) => {
        const [keys, values] = await Promise.all([
          settled(transaction.objectStore(store).getAllKeys()),
          settled(transaction.objectStore(store).getAll()),
        ])
        return keys.map((key, i): DumpedRecord => ({ store, key, value: values[i] }))
      }),
    )
    return await encodeDump(records.flat(), layout)
  } finally {
    database.close()
  }
}

/** Makes the database of this name as it was when it was dumped. Rejects where there is one already. */
export async function restoreDatabase(name: string, dump: Uint8Array<ArrayBuffer>, layout: Layout): Promise<void> {
  const records = await decodeDump(dump, layout)
  const opening = indexedDB.open(name, layout.version)
  let isNew = false
  opening.onupgradeneeded = ({ oldVersion }) => {
    isNew = oldVersion === 0
    if (isNew) for (const store of layout.stores) opening.result.createObjectStore(store)
    else opening.transaction?.abort()
  }
  const database = await settled(opening)
  try {
    if (!isNew) throw new Error(`There is a database "${name}" already.`)
    const transaction = database.transaction([...layout.stores], 'readwrite')
    const committed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    for (const { store, key, value } of records) transaction.objectStore(store).add(value, key)
    await committed
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

async function through(parts: Uint8Array<ArrayBuffer>[], stream: CompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob(parts).stream().pipeThrough(stream)).arrayBuffer())
}
