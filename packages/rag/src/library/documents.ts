import { CorruptDataError, type Document, type Metadata } from '@voisin/spec'
import { type LibraryParts, textPointId } from './stored.ts'

/** A stored document without its text. */
export interface DocumentInfo {
  readonly id: string
  readonly metadata: Metadata
  /** Of its text, in UTF-16 code units. */
  readonly length: number
  readonly chunkCount: number
  readonly storedAt: Date
}

/** The stored document with this id, or undefined; what other tabs have stored is seen. */
export async function readDocument(
  id: string,
  { documents }: Pick<LibraryParts, 'documents'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Document | undefined> {
  const call = { consistency: 'latest' as const, ...(signal && { signal }) }
  let missing = ''
  for (;;) {
    const [point] = await documents.retrieve([id], call)
    if (point?.payload.kind !== 'document') return undefined
    const { hash, metadata } = point.payload
    const [text] = await documents.retrieve([textPointId(hash)], call)
    if (text?.payload.kind === 'text') return { id, text: text.payload.text, metadata }
    // Absent when the document was replaced or removed between the two calls: its point, read again, is another one then.
    if (hash === missing) throw new CorruptDataError(`The text of the document "${id}" is missing.`, { remedy: 'Add it again.' })
    missing = hash
  }
}

/** Every stored document, in the order of first adding; what other tabs have stored is seen. */
export async function* listDocuments(
  { documents }: Pick<LibraryParts, 'documents'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<DocumentInfo, void, void> {
  const filter = { kind: 'document' as const }
  for await (const { id, payload } of documents.scroll({ filter, consistency: 'latest', ...(signal && { signal }) })) {
    if (payload.kind !== 'document') continue
    const { metadata, length, chunkCount, storedAt } = payload
    yield { id: id as string, metadata, length, chunkCount, storedAt }
  }
}
