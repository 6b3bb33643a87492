import type { CollectionSchema, CollectionStatus, FieldKind, Metric, Payload, Point, PointId } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { tag } from './tagged-json.ts'

/** What was asked, by meaning or by words, and what was answered, best first. */
export type RecordedQuery =
  | {
      readonly vector: readonly number[]
      readonly using?: string
      readonly hits: readonly { readonly id: PointId; readonly score: number }[]
    }
  // The scores of words are no matter of a format: they may become better ones.
  | { readonly text: string; readonly ids: readonly PointId[] }

export interface RecordedPoint {
  readonly id: PointId
  readonly vector: readonly number[] | null
  /** Of a collection whose vectors have names. */
  readonly vectors?: Readonly<Record<string, readonly number[]>>
  /** As tagged-json.ts has it. */
  readonly payload: unknown
}

export interface RecordedSchema {
  /** Without `vectors`. */
  readonly dim: number
  readonly metric: Metric
  readonly model?: string
  readonly vectors?: Readonly<Record<string, { readonly dim: number; readonly metric: Metric }>>
  readonly fields: { readonly [path: string]: FieldKind | undefined }
}

/** What a collection is known to hold. */
export interface RecordedCollection {
  readonly name: string
  readonly schema: RecordedSchema
  readonly lsn: number
  readonly dataState: CollectionStatus['dataState']
  /** Kinds of what is told when it is opened. */
  readonly notices: readonly string[]
  /** In order of first upsert. */
  readonly points: readonly RecordedPoint[]
  /** Of very many points instead: SHA-256, in hexadecimal, of what `points` would be as JSON. */
  readonly digest?: string
  readonly queries: readonly RecordedQuery[]
}

/** What must be read from a golden database. */
export interface RecordedStore {
  /** How it was made. */
  readonly description: string
  /** The commit whose code wrote it. */
  readonly commit: string
  /** How many records of each object store. */
  readonly records: Readonly<Record<string, number>>
  /** By name. */
  readonly collections: readonly RecordedCollection[]
}

/** More points than this are recorded by their digest. */
const MOST_POINTS = 200

/** How many hits are asked for. */
export const LIMIT = 5

/** Everything that a golden collection is asked, and what it answers. */
export async function readCollection(
  database: string,
  { name, schema, queries }: Pick<RecordedCollection, 'name' | 'schema' | 'queries'>,
  worker: boolean,
): Promise<RecordedCollection> {
  const notices: string[] = []
  const told = Promise.withResolvers<void>()
  await using collection = await openCollection<Payload>(name, {
    ...schemaOf(schema),
    database,
    worker,
    onNotice: ({ kind }) => {
      notices.push(kind)
      told.resolve()
    },
  })
  const points: RecordedPoint[] = []
  for await (const point of collection.scroll({ withVector: true })) points.push(recordedPoint(point))
  const answered: RecordedQuery[] = []
  for (const query of queries) {
    if ('text' in query) {
      const hits = await collection.query({ text: query.text, limit: LIMIT })
      answered.push({ text: query.text, ids: hits.map(({ id }) => id) })
    } else {
      const { vector, hits: _, ...using } = query
      const hits = await collection.query({ vector: Float32Array.from(vector), limit: LIMIT, ...using })
      answered.push({ vector, ...using, hits: hits.map(({ id, score }) => ({ id, score })) })
    }
  }
  const { lsn, dataState } = await collection.status()
  // From a worker it comes on a way of its own, and after the collection is closed it does not come at all.
  if (dataState !== 'intact') await told.promise
  const held = points.length > MOST_POINTS ? { points: [], digest: await digestOf(points) } : { points }
  return { name, schema, lsn, dataState, notices, ...held, queries: answered }
}

/** As a collection is opened with it. */
export function schemaOf({ dim, metric, model, vectors, fields }: RecordedSchema): CollectionSchema<Payload> {
  return vectors ? { vectors, fields } : { dim, metric, ...(model !== undefined && { model }), fields }
}

export function recordedPoint({ id, vector, vectors, payload }: Point<Payload>): RecordedPoint {
  const named = vectors && Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [name, [...vector]]))
  return { id, vector: vector === undefined ? null : [...vector], ...(named && { vectors: named }), payload: tag(payload) }
}

export async function digestOf(points: readonly RecordedPoint[]): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(points)))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
