import { CorruptDataError, type Document, type Filter, type Metadata } from '@voisin/spec'
import { unpackPlaces } from '../places.ts'
import { toDocumentFilter } from '../retrieve/document-filter.ts'
import { type DocumentPayload, type LibraryParts, pointsOf, textPointId } from '../stored.ts'
import { wholeOf } from '../whole.ts'

/** A stored document without its text. */
export interface DocumentInfo<M extends object = Metadata> {
  readonly id: string
  readonly metadata: M
  /** Of its text, in UTF-16 code units. */
  readonly length: number
  readonly chunkCount: number
  readonly storedAt: Date
  /** Whether all of it is there, as it always is unless the browser has lost something; where not, adding it again makes it whole. */
  readonly isWhole: boolean
}

interface CallOptions {
  readonly signal?: AbortSignal
}

/** The stored document with this id, or undefined; what other tabs have stored is seen. */
export async function readDocument(
  id: string,
  parts: Pick<LibraryParts, 'collection'>,
  options: CallOptions = {},
): Promise<Document | undefined> {
  return (await readVersion(id, parts, options))?.document
}

/** A document, and the hash of the version that it is. */
export async function readVersion(
  id: string,
  { collection }: Pick<LibraryParts, 'collection'>,
  { signal }: CallOptions,
): Promise<{ readonly document: Document; readonly hash: string } | undefined> {
  const call = signal ? { signal } : {}
  let missing = ''
  for (;;) {
    const [point] = await collection.retrieve([id], { ...call, consistency: 'latest' })
    if (point?.payload.kind !== 'document') return undefined
    const { hash, about, textCount, format, places } = point.payload
    const ids = Array.from({ length: textCount }, (_, index) => textPointId(hash, index))
    const texts = await collection.retrieve(ids, call)
    const pieces = texts.flatMap((text) => (text?.payload.kind === 'text' ? text.payload.content : []))
    if (pieces.length === textCount) {
      const given = { ...(format !== undefined && { format }), ...(places !== undefined && { places: unpackPlaces(places) }) }
      return { document: { id, text: pieces.join(''), metadata: about, ...given }, hash }
    }
    // Absent when the document was replaced or removed between the two calls: its point, read again, is another one then.
    if (hash === missing) throw new CorruptDataError(`The text of the document "${id}" is missing.`, { remedy: 'Add it again.' })
    missing = hash
  }
}

/** Documents are looked at so many at once. */
const GROUP = 2_048

interface ListOptions extends CallOptions {
  /** On the documents' metadata; `$id` is the document's id. */
  readonly filter?: Filter<Metadata>
}

/** Every stored document that matches, in the order of first adding; what other tabs have stored is seen. */
export async function* listDocuments(
  parts: Pick<LibraryParts, 'collection'>,
  options: ListOptions = {},
): AsyncGenerator<DocumentInfo, void, void> {
  for await (const group of documentGroups(parts, options)) yield* group
}

/** The same, many at a time. */
export async function* documentGroups(
  { collection }: Pick<LibraryParts, 'collection'>,
  { signal, filter }: ListOptions = {},
): AsyncGenerator<DocumentInfo[], void, void> {
  const call = signal ? { signal } : {}
  const asked = toDocumentFilter(filter)
  let heads: DocumentPayload[] = []
  const group = async () => {
    let whole = await wholeOf(heads, { collection }, call)
    if (whole.size < heads.length) {
      // It may have been replaced, or removed, between the two looks.
      const again = { $and: [asked, pointsOf(heads.map(({ documentId }) => documentId))] }
      heads = []
      for await (const { payload } of collection.scroll({ ...call, filter: again, consistency: 'latest' })) {
        if (payload.kind === 'document') heads.push(payload)
      }
      whole = await wholeOf(heads, { collection }, call)
    }
    const infos = heads.map((head) => infoOf(head, whole.has(head.documentId)))
    heads = []
    return infos
  }
  for await (const { payload } of collection.scroll({ ...call, filter: asked, consistency: 'latest' })) {
    if (payload.kind === 'document') heads.push(payload)
    if (heads.length === GROUP) yield await group()
  }
  yield await group()
}

function infoOf(
  { documentId: id, about: metadata, length, chunkCount, storedAt }: DocumentPayload,
  isWhole: boolean,
): DocumentInfo {
  return { id, metadata, length, chunkCount, storedAt, isWhole }
}
