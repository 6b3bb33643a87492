import { type Collection, isVoisinError, type LongCallOptions, type Payload, type Point } from '@voisin/spec'
import { embeddedText } from '../chunk/chunker.ts'
import { embeddedHash } from '../hashes.ts'
import { wholeOf } from '../ingest/plan.ts'
import {
  type ChunkPayload,
  chunkPointId,
  type DocumentPayload,
  type LibraryParts,
  type LibraryPayload,
  textPointId,
} from '../stored.ts'
import { piecesOf } from '../text-pieces.ts'

/** What the second collection of a library held before a library was one collection. */
export type OldDocumentPayload =
  | {
      readonly kind: 'document'
      readonly hash: string
      readonly metadata: Payload
      readonly chunkCount: number
      readonly length: number
      readonly storedAt: Date
    }
  | { readonly kind: 'text'; readonly text: string }

export interface OldLibrary {
  readonly fingerprint: string
  /** The chunks, which the documents join. */
  readonly collection: LibraryParts['collection']
  readonly documents: Collection<OldDocumentPayload>
}

type OldDocument = { readonly id: string; readonly head: OldDocumentPayload & { readonly kind: 'document' } }

/** Documents taken over at once, and chunks. */
const GROUP = 64
const CHUNKS = 512

/**
 * Brings documents that lie in a collection of their own over to their chunks. May be interrupted anywhere, and be at work in several tabs: what
 * is there under a document's id already is newer, and stays. Nothing is deleted of the old collection; what no document claims of the
 * chunks is.
 *
 * @returns Ids of documents of which chunks are missing: adding them again makes them whole.
 */
export async function takeOver(
  { fingerprint, collection, documents }: OldLibrary,
  { signal, onProgress }: LongCallOptions = {},
): Promise<string[]> {
  const call = { ...(signal && { signal }), consistency: 'latest' as const }
  const filter = { kind: 'document' } as const
  const total = await documents.count(filter, call)
  const missing: string[] = []
  let done = 0
  let group: OldDocument[] = []
  const takeGroup = async () => {
    missing.push(...(await takeDocuments(group, { fingerprint, collection, documents }, call)))
    done += group.length
    group = []
    onProgress?.({ phase: 'take over', done, total: Math.max(total, done), unit: 'documents' })
  }
  for await (const { id, payload } of documents.scroll({ ...call, filter })) {
    if (payload.kind !== 'document') continue
    group.push({ id: id as string, head: payload })
    if (group.length === GROUP) await takeGroup()
  }
  if (group.length > 0) await takeGroup()
  await collection.delete({ filter: { kind: { $exists: false } } }, call)
  return missing
}

async function takeDocuments(
  group: readonly OldDocument[],
  { fingerprint, collection, documents }: OldLibrary,
  call: { readonly signal?: AbortSignal; readonly consistency: 'latest' },
): Promise<string[]> {
  for (;;) {
    const ids = group.map(({ id }) => id)
    const known = await collection.retrieve(ids, call)
    const due = group.filter((_, i) => known[i] === undefined)
    const chunkIds = due.flatMap(({ head }) =>
      Array.from({ length: head.chunkCount }, (_, index) => chunkPointId(head.hash, index)),
    )
    for (let first = 0; first < chunkIds.length; first += CHUNKS) {
      await nameChunks(chunkIds.slice(first, first + CHUNKS), { fingerprint, collection }, call)
    }
    const texts = await documents.retrieve(
      due.map(({ head }) => textPointId(head.hash, 0)),
      call,
    )
    const points = due.flatMap((document, i) => {
      const text = texts[i]?.payload
      return pointsOf(document, text?.kind === 'text' ? text.text : undefined)
    })
    const heads = due.map(({ id }) => id)
    try {
      const expect = { filter: { $id: { $in: heads } }, count: 0 }
      if (points.length > 0) await collection.write({ upsert: points }, { ...(call.signal && { signal: call.signal }), expect })
    } catch (error) {
      // Another tab was faster with one of them.
      if (!isVoisinError(error) || error.code !== 'conflict') throw error
      continue
    }
    const taken = points.flatMap(({ payload }) => (payload.kind === 'document' ? payload : []))
    const whole = await wholeOf(taken, { collection }, call)
    return heads.filter((id) => !whole.has(id))
  }
}

/** Gives chunks what those of one collection have more. */
async function nameChunks(
  ids: readonly string[],
  { fingerprint, collection }: Pick<OldLibrary, 'fingerprint' | 'collection'>,
  call: { readonly signal?: AbortSignal; readonly consistency: 'latest' },
): Promise<void> {
  const points = await collection.retrieve(ids, call)
  const update = points.flatMap((point) => {
    const payload = point?.payload as Partial<ChunkPayload> | undefined
    if (point === undefined || payload === undefined || payload.kind !== undefined) return []
    const embedded = embeddedHash(embeddedText(payload as ChunkPayload), fingerprint)
    return [{ ids: [point.id], payload: { kind: 'chunk', embedded } as Partial<LibraryPayload> }]
  })
  if (update.length > 0) await collection.write({ update }, call.signal ? { signal: call.signal } : {})
}

function pointsOf({ id, head }: OldDocument, text: string | undefined): Point<LibraryPayload>[] {
  const { hash, metadata, chunkCount, length, storedAt } = head
  const common = { documentId: id, hash }
  const pieces = text === undefined ? [] : piecesOf(text)
  // Where the text is gone, reading the document says so.
  const textCount = Math.max(1, pieces.length)
  const payload: DocumentPayload = { kind: 'document', ...common, about: metadata, chunkCount, textCount, length, storedAt }
  const texts = pieces.map((content, index): Point<LibraryPayload> => {
    return { id: textPointId(hash, index), payload: { kind: 'text', ...common, content } }
  })
  return [{ id, payload }, ...texts]
}
