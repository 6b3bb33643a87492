import type { Expectation, PointId } from '@voisin/spec'
import { packPlaces, placesOf } from '../places.ts'
import {
  type ChunkPayload,
  chunkPointId,
  type DocumentPayload,
  type LibraryParts,
  type LibraryPayload,
  pointsOf,
  pointsWhere,
  type TextPayload,
  textPointId,
} from '../stored.ts'
import { piecesOf } from '../text-pieces.ts'
import type { ReadonlyVectors } from './embed.ts'
import type { PlannedDocument, Row } from './plan.ts'

/** A document as it is stored under the id that it is about to leave. */
export interface Moved {
  readonly id: string
  readonly hash: string
}

/**
 * Makes documents visible, in one atomic write: the chunks that are not stored yet, those that are drafts, the documents themselves;
 * and deletes all that is there of their other versions at that moment. It takes no signal: what is complete should be seen.
 *
 * @param rows All chunks of the documents that are no drafts yet.
 * @param moved What the one document was until now, under another id: it goes with the same write.
 * @throws {ConflictError} Another tab has taken drafts away, or changed what is to be moved, or taken its new id: nothing was written.
 */
export async function commitDocuments(
  plans: readonly PlannedDocument[],
  rows: readonly Row[],
  vectors: ReadonlyVectors,
  { embedder, collection }: LibraryParts,
  moved?: Moved,
): Promise<void> {
  const storedAt = new Date()
  const points: [PointId, LibraryPayload][] = []
  for (const { document, metadata, hash, rows: all } of plans) {
    const common = { documentId: document.id, hash }
    const texts = piecesOf(document.text).map((content): TextPayload => ({ kind: 'text', ...common, content }))
    const counts = { chunkCount: all.length, textCount: texts.length, length: document.text.length }
    const { format, places } = document
    const given = { ...(format !== undefined && { format }), ...(places !== undefined && { places: packPlaces(places) }) }
    const head: DocumentPayload = { kind: 'document', ...common, about: metadata, ...counts, storedAt, ...given }
    points.push([document.id, head])
    texts.forEach((text, index) => void points.push([textPointId(hash, index), text]))
  }
  const drafts = plans.flatMap(({ hash, drafts }) => [...drafts].map((index) => chunkPointId(hash, index)))
  const ids = plans.map(({ document }) => document.id)
  const hashes = plans.map(({ hash }) => hash)
  const others = pointsWhere({ documentId: { $in: ids }, hash: { $nin: hashes } })
  await collection.write(
    {
      upsert: batchOf(rows, 'chunk', storedAt, vectors, embedder, points),
      update: drafts.length === 0 ? [] : [{ ids: drafts, payload: { kind: 'chunk' } as Partial<LibraryPayload> }],
      delete: { filter: moved === undefined ? others : { $or: [others, { documentId: moved.id }] } },
    },
    { transfer: true, expect: expectations(drafts, ids, moved) },
  )
}

/**
 * Stores chunks of documents that are not complete yet. It takes no signal: what is embedded should be kept.
 *
 * @throws {ConflictError} Another tab has completed one of these documents, or removed what was stored of it: nothing was written.
 */
export async function storeDrafts(
  rows: readonly Row[],
  vectors: ReadonlyVectors,
  { embedder, collection }: LibraryParts,
): Promise<void> {
  const plans = [...new Set(rows.map(({ plan }) => plan))]
  const ids = plans.map(({ document }) => document.id)
  // Their version is not shown: a chunk that is would become a draft.
  const shown = pointsWhere({ $id: { $in: ids }, hash: { $in: plans.map(({ hash }) => hash) } })
  const upsert = batchOf(rows, 'draft', new Date(), vectors, embedder, [])
  await collection.write({ upsert }, { transfer: true, expect: { filter: shown, count: 0 } })
  for (const { plan, index } of rows) plan.drafts.add(index)
}

/** What must hold when documents are made visible. */
function expectations(
  drafts: readonly string[],
  ids: readonly string[],
  moved: Moved | undefined,
): Expectation<LibraryPayload>[] {
  const expected: Expectation<LibraryPayload>[] = []
  // Whoever stores another version of a document takes its drafts away.
  if (drafts.length > 0) expected.push({ filter: pointsOf(drafts), count: drafts.length })
  if (moved !== undefined) {
    expected.push({ filter: pointsWhere({ $id: moved.id, hash: moved.hash }), count: 1 })
    expected.push({ filter: pointsOf(ids), count: 0 })
  }
  return expected
}

/** Chunks with vectors first, then those without, then points that have none. */
function batchOf(
  rows: readonly Row[],
  kind: ChunkPayload['kind'],
  storedAt: Date,
  vectors: ReadonlyVectors,
  { dim, fingerprint }: LibraryParts['embedder'],
  others: readonly (readonly [PointId, LibraryPayload])[],
) {
  const inOrder = [
    ...rows.filter(({ embedded }) => vectors.get(embedded)),
    ...rows.filter(({ embedded }) => !vectors.get(embedded)),
  ]
  const ids: PointId[] = inOrder.map(({ plan, index }) => chunkPointId(plan.hash, index))
  const payloads: LibraryPayload[] = inOrder.map((row) => payloadOf(row, kind, storedAt))
  for (const [id, payload] of others) {
    ids.push(id)
    payloads.push(payload)
  }
  const found = inOrder.flatMap(({ embedded }) => vectors.get(embedded) ?? [])
  const data = new Float32Array(found.length * dim)
  found.forEach((vector, i) => void data.set(vector, i * dim))
  return { ids, vectors: { data, count: found.length, dim, fingerprint }, payloads }
}

function payloadOf({ plan, chunk, headings, embedded }: Row, kind: ChunkPayload['kind'], storedAt: Date): ChunkPayload {
  const { document, hash, metadata } = plan
  const { id: chunkId, start, end, text, lead, format } = chunk
  const places = document.places === undefined ? [] : placesOf(chunk, document.places)
  const more = {
    ...(lead !== undefined && { lead }),
    ...(format !== undefined && { format }),
    ...(places.length > 0 && { places: packPlaces(places) }),
  }
  return { kind, documentId: document.id, hash, embedded, chunkId, start, end, headings, text, ...more, metadata, storedAt }
}
