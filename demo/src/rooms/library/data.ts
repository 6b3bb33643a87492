import { type LibraryOptions, openLibrary } from 'voisin'

export type Library = Awaited<ReturnType<typeof openLibrary>>
export type Source = File | { id: string; text: string; metadata?: { title: string } }
export type Receipt = Awaited<ReturnType<Library['add']>>
export type Listed = Awaited<ReturnType<Library['documents']>>[number]

/** Opens this page's library, or creates it: the built-in model, IndexedDB, all work off the main thread. */
export function open(onNotice: NonNullable<LibraryOptions['onNotice']>): Promise<Library> {
  return openLibrary('voisin-demo', { onNotice })
}

type Listeners = {
  signal: AbortSignal
  onProgress: (source: Source, progress: { phase: string; done: number; total?: number }) => void
  onAdded: (source: Source, receipt: Receipt) => void
}

/** One file after the other, so that each shows how far it is. What is stored stays stored when the signal ends the rest. */
export async function addEach(library: Library, sources: readonly Source[], { signal, onProgress, onAdded }: Listeners) {
  for (const source of sources) {
    const receipt = await library.add([source], { signal, onProgress: (progress) => onProgress(source, progress) })
    onAdded(source, receipt)
  }
}

export function list(library: Library): Promise<readonly Listed[]> {
  return library.documents()
}

export async function remove(library: Library, id: string): Promise<void> {
  await library.remove(id)
}
