import { type Collection, type Expectation, isVoisinError, type LongCallOptions, type Payload, type Point } from '@voisin/spec'
import { embeddedText } from '../chunk/chunker.ts'
import { embeddedHash } from '../hashes.ts'
import { sizeOf } from '../ingest/check-size.ts'
import {
  type ChunkPayload,
  chunkPointId,
  type DocumentPayload,
  type LibraryParts,
  type LibraryPayload,
  pointsOf,
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

/** Documents that are taken over at once, chunks that are looked at, and about how many bytes of them are written. */
const GROUP = 64
const CHUNKS = 256
const BYTES = 2 ** 23

/**
 * Brings documents that lie in a collection of their own over to their chunks. May be interrupted anywhere, and be at work in several tabs: what
 * is there under a document's id already is newer, and stays. Nothing is deleted of the old collection; of the chunks, what no document
 * claims. Documents of which chunks are missing are listed, and adding them again makes them whole.
 */
export async function takeOver(
  { fingerprint, collection, documents }: OldLibrary,
  { signal, onProgress }: LongCallOptions = {},
): Promise<void> {
  const call = signal ? { signal } : {}
  const filter = { kind: 'document' } as const
  const total = await documents.count(filter, { ...call, consistency: 'latest' })
  let done = 0
  let group: OldDocument[] = []
  const takeGroup = async () => {
    await takeDocuments(group, { fingerprint, collection, documents }, call)
    done += group.length
    group = []
    onProgress?.({ phase: 'take over', done, total: Math.max(total, done), unit: 'documents' })
  }
  for await (const { id, payload } of documents.scroll({ ...call, filter, consistency: 'latest' })) {
    if (payload.kind !== 'document') continue
    group.push({ id: id as string, head: payload })
    if (group.length === GROUP) await takeGroup()
  }
  if (group.length > 0) await takeGroup()
  await collection.delete({ filter: { kind: { $exists: false } } }, call)
}

/** First each chunk gets what those of one collection have more; then documents join chunks that are all as they were found. */
async function takeDocuments(
  group: readonly OldDocument[],
  { fingerprint, collection, documents }: OldLibrary,
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  for (;;) {
    const known = await collection.retrieve(
      group.map(({ id }) => id),
      { ...call, consistency: 'latest' },
    )
    const due = group.filter((_, i) => known[i] === undefined)
    if (due.length === 0) return
    try {
      const chunks: string[] = []
      for (const { head } of due) chunks.push(...(await nameChunks(head, { fingerprint, collection }, call)))
      // Rejects where another tab has ended the taking over, and what is missing here may have been removed since.
      const texts = await documents.retrieve(
        due.map(({ head }) => textPointId(head.hash, 0)),
        { ...call, consistency: 'latest' },
      )
      const upsert = due.flatMap((document, i) => pointsOfDocument(document, texts[i]?.payload))
      const expect: Expectation<LibraryPayload>[] = [{ filter: pointsOf(due.map(({ id }) => id)), count: 0 }]
      if (chunks.length > 0) expect.push({ filter: pointsOf(chunks), count: chunks.length })
      await collection.write({ upsert }, { ...call, expect })
      return
    } catch (error) {
      // Another tab was faster with one of them.
      if (!isVoisinError(error) || error.code !== 'conflict') throw error
    }
  }
}

/** Gives a document's chunks what they lack, those that have it already left as they are. Returns the ids of all there are. */
async function nameChunks(
  { hash, chunkCount, metadata }: OldDocument['head'],
  { fingerprint, collection }: Pick<OldLibrary, 'fingerprint' | 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<string[]> {
  const all: string[] = []
  let update: { readonly ids: readonly string[]; readonly payload: Partial<LibraryPayload> }[] = []
  const perChunk = sizeOf(metadata)
  let bytes = 0
  const write = async () => {
    if (update.length === 0) return
    const unnamed = { $and: [pointsOf(update.flatMap(({ ids }) => ids)), { kind: { $exists: false } }] }
    await collection.write({ update }, { ...call, expect: { filter: unnamed, count: update.length } })
    update = []
    bytes = 0
  }
  for (let first = 0; first < chunkCount; first += CHUNKS) {
    const ids = Array.from({ length: Math.min(CHUNKS, chunkCount - first) }, (_, i) => chunkPointId(hash, first + i))
    const points = await collection.retrieve(ids, call)
    for (const [i, point] of points.entries()) {
      const payload = point?.payload as Partial<ChunkPayload> | undefined
      // A draft is of a tab that adds the document again: what is taken over is gone.
      if (payload === undefined || payload.kind === 'draft') continue
      all.push(ids[i]!)
      if (payload.kind !== undefined) continue
      const embedded = await embeddedHash(embeddedText(payload as ChunkPayload), fingerprint)
      update.push({ ids: [ids[i]!], payload: { kind: 'chunk', embedded } as Partial<LibraryPayload> })
      bytes += payload.text!.length + perChunk
      if (bytes > BYTES) await write()
    }
  }
  await write()
  return all
}

function pointsOfDocument({ id, head }: OldDocument, old: OldDocumentPayload | undefined): Point<LibraryPayload>[] {
  const { hash, metadata, chunkCount, length, storedAt } = head
  const common = { documentId: id, hash }
  const pieces = old?.kind === 'text' ? piecesOf(old.text) : []
  // Where the text is gone, reading the document says so.
  const textCount = Math.max(1, pieces.length)
  const payload: DocumentPayload = { kind: 'document', ...common, about: metadata, chunkCount, textCount, length, storedAt }
  const texts = pieces.map((content, index): Point<LibraryPayload> => {
    return { id: textPointId(hash, index), payload: { kind: 'text', ...common, content } }
  })
  return [{ id, payload }, ...texts]
}
