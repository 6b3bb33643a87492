import { type Collection, isVoisinError, type LongCallOptions, type Payload, type Point } from '@voisin/spec'
import { embeddedText } from '../chunk/chunker.ts'
import { embeddedHash } from '../hashes.ts'
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

/** Documents that are taken over at once, or as many as have so many chunks. */
const GROUP = 64
const CHUNKS = 1_000

/**
 * Brings documents that lie in a collection of their own over to their chunks. May be interrupted anywhere, and be at work in several tabs: what
 * is there under a document's id already is newer, and stays. Nothing is deleted of the old collection; of the chunks, what no document
 * claims.
 *
 * @returns Ids of documents of which chunks are missing: adding them again makes them whole.
 */
export async function takeOver(
  { fingerprint, collection, documents }: OldLibrary,
  { signal, onProgress }: LongCallOptions = {},
): Promise<string[]> {
  const call = signal ? { signal } : {}
  const filter = { kind: 'document' } as const
  const total = await documents.count(filter, { ...call, consistency: 'latest' })
  const missing: string[] = []
  let done = 0
  let group: OldDocument[] = []
  let chunks = 0
  const takeGroup = async () => {
    missing.push(...(await takeDocuments(group, { fingerprint, collection, documents }, call)))
    done += group.length
    group = []
    chunks = 0
    onProgress?.({ phase: 'take over', done, total: Math.max(total, done), unit: 'documents' })
  }
  for await (const { id, payload } of documents.scroll({ ...call, filter, consistency: 'latest' })) {
    if (payload.kind !== 'document') continue
    group.push({ id: id as string, head: payload })
    chunks += payload.chunkCount
    if (group.length === GROUP || chunks >= CHUNKS) await takeGroup()
  }
  if (group.length > 0) await takeGroup()
  await collection.delete({ filter: { kind: { $exists: false } } }, call)
  return missing
}

async function takeDocuments(
  group: readonly OldDocument[],
  { fingerprint, collection, documents }: OldLibrary,
  call: { readonly signal?: AbortSignal },
): Promise<string[]> {
  for (;;) {
    const known = await collection.retrieve(
      group.map(({ id }) => id),
      { ...call, consistency: 'latest' },
    )
    const due = group.filter((_, i) => known[i] === undefined)
    if (due.length === 0) return []
    const found = await findChunks(due, { fingerprint, collection }, call)
    // Rejects where another tab has ended the taking over, and what is missing may have been removed since.
    const texts = await documents.retrieve(
      due.map(({ head }) => textPointId(head.hash, 0)),
      { ...call, consistency: 'latest' },
    )
    const textOf = new Map(due.map(({ id }, i) => [id, texts[i]?.payload]))
    const [some, none] = [due.filter(({ id }) => found.get(id)!.length > 0), due.filter(({ id }) => found.get(id)!.length === 0)]
    try {
      await take(some, found, textOf, collection, call)
      await take(none, found, textOf, collection, call)
    } catch (error) {
      // Another tab was faster with one of them.
      if (!isVoisinError(error) || error.code !== 'conflict') throw error
      continue
    }
    return due.filter(({ id, head }) => found.get(id)!.length !== head.chunkCount).map(({ id }) => id)
  }
}

type Update = { readonly ids: readonly string[]; readonly payload: Partial<LibraryPayload> }

/** Chunks that are as the old library has left them, by document, and what those of one collection have more. */
async function findChunks(
  group: readonly OldDocument[],
  { fingerprint, collection }: Pick<OldLibrary, 'fingerprint' | 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<Map<string, Update[]>> {
  const found = new Map<string, Update[]>()
  for (const { id, head } of group) {
    const ids = Array.from({ length: head.chunkCount }, (_, index) => chunkPointId(head.hash, index))
    const points = await collection.retrieve(ids, call)
    const updates = points.flatMap((point, i): Update[] => {
      const payload = point?.payload as Partial<ChunkPayload> | undefined
      if (payload === undefined || payload.kind !== undefined) return []
      const embedded = embeddedHash(embeddedText(payload as ChunkPayload), fingerprint)
      return [{ ids: [ids[i]!], payload: { kind: 'chunk', embedded } as Partial<LibraryPayload> }]
    })
    found.set(id, updates)
  }
  return found
}

/** Makes documents and their chunks one, at once. @throws {ConflictError} They are not as they were found any more. */
async function take(
  group: readonly OldDocument[],
  found: ReadonlyMap<string, readonly Update[]>,
  textOf: ReadonlyMap<string, OldDocumentPayload | undefined>,
  collection: OldLibrary['collection'],
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  if (group.length === 0) return
  const update = group.flatMap(({ id }) => found.get(id)!)
  const upsert = group.flatMap((document) => {
    const text = textOf.get(document.id)
    return pointsOfDocument(document, text?.kind === 'text' ? text.text : undefined)
  })
  const chunks = pointsOf(update.flatMap(({ ids }) => ids))
  const expect =
    update.length > 0
      ? { filter: { $and: [chunks, { kind: { $exists: false } }] }, count: update.length }
      : { filter: pointsOf(group.map(({ id }) => id)), count: 0 }
  await collection.write({ upsert, update }, { ...call, expect })
}

function pointsOfDocument({ id, head }: OldDocument, text: string | undefined): Point<LibraryPayload>[] {
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
