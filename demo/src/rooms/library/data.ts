import { docx } from '@voisin/rag/load/docx'
import { email } from '@voisin/rag/load/email'
import { epub } from '@voisin/rag/load/epub'
import { html } from '@voisin/rag/load/html'
import { odt } from '@voisin/rag/load/odt'
import { pdf } from '@voisin/rag/load/pdf'
import { xlsx } from '@voisin/rag/load/xlsx'
import { zip } from '@voisin/rag/load/zip'
import { type Document, type Library, type LibraryOptions, openLibrary, type Progress } from 'voisin'

export type { Library }
export type Source = File | Document
export type Receipt = Awaited<ReturnType<Library['add']>>
export type Listed = Awaited<ReturnType<Library['documents']>>[number]
export type AddOptions = { signal?: AbortSignal; onProgress?: (progress: Progress) => void }

/** Opens this page's library, or creates it: the built-in model, IndexedDB, all work off the main thread. */
export function open(onNotice: NonNullable<LibraryOptions['onNotice']>): Promise<Library> {
  const loaders = [pdf(), docx(), xlsx(), odt(), epub(), html(), email(), zip()]
  return openLibrary('voisin-demo', { onNotice, loaders })
}

/** Takes one file in, in place of what is held under its id: wholly or, when the signal ends it, not at all. */
export function add(library: Library, source: Source, options: AddOptions = {}): Promise<Receipt> {
  return library.add([source], options)
}

export function list(library: Library): Promise<readonly Listed[]> {
  return library.documents()
}

/** A document as it was added: whoever puts it back needs its text. */
export function read(library: Library, id: string): Promise<Document | undefined> {
  return library.document(id)
}

export async function remove(library: Library, ids: readonly string[]): Promise<void> {
  await library.remove(ids)
}
