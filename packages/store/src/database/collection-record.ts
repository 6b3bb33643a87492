import { ifWhole, seal, unseal } from '@voisin/bytes'
import { CorruptDataError, type FieldKind, type Metric, UnsupportedError } from '@voisin/spec'

/** What vectors of one name are. */
export interface VectorSchema {
  readonly dim: number
  readonly metric: Metric
  /** Fingerprint of the embedder whose vectors they are. */
  readonly model?: string
}

/** A schema with every default filled in, as it is kept. */
export interface FullSchema {
  /** By name; a collection that was created with `dim` has one, whose name is ''. */
  readonly vectors: Readonly<Record<string, VectorSchema>>
  readonly fields: Readonly<Record<string, FieldKind>>
}

/** What is known of a collection without opening it. */
export interface CollectionRecord extends FullSchema {
  readonly name: string
  /** What its other records are keyed by. Random, and never used again: a tab that still has a deleted collection writes nowhere. */
  readonly number: number
}

const RECORD_KEYS: readonly string[] = ['name', 'number', 'vectors', 'fields'] satisfies (keyof CollectionRecord)[]
const VECTOR_KEYS: readonly string[] = ['dim', 'metric', 'model'] satisfies (keyof VectorSchema)[]

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function spellCollectionRecord(record: CollectionRecord): string {
  return JSON.stringify(record)
}

/**
 * @throws {CorruptDataError} It makes no sense.
 * @throws {UnsupportedError} It says more than this version knows.
 */
export function readCollectionRecord(json: string): CollectionRecord {
  let value: Partial<CollectionRecord>
  try {
    value = (JSON.parse(json) as Partial<CollectionRecord> | null) ?? {}
  } catch (cause) {
    throw new CorruptDataError('The record of a collection is no JSON.', { cause })
  }
  const { name, number, vectors, fields } = value
  if (typeof name !== 'string' || typeof number !== 'number' || typeof vectors !== 'object' || vectors === null) {
    throw new CorruptDataError('The record of a collection makes no sense.', { received: json.slice(0, 200) })
  }
  checkKnown(value, RECORD_KEYS)
  for (const vector of Object.values(vectors)) checkKnown(vector, VECTOR_KEYS)
  return { name, number, vectors, fields: fields ?? {} }
}

/** What is not known may change what the rest means. */
function checkKnown(value: object, keys: readonly string[]): void {
  const unknown = Object.keys(value).filter((key) => !keys.includes(key))
  if (unknown.length === 0) return
  throw new UnsupportedError('The record of a collection says more than this version of voisin knows.', {
    expected: keys.join(', '),
    received: unknown.join(', '),
    remedy: 'Update voisin in every tab.',
  })
}

export function sealCollectionRecord(record: CollectionRecord): Uint8Array {
  return seal('collection', encoder.encode(spellCollectionRecord(record)))
}

/** The record, or undefined where it is damaged or another collection's. */
export function openCollectionRecord(bytes: unknown, name: string, number: number): CollectionRecord | undefined {
  const record = ifWhole(() => readCollectionRecord(decoder.decode(unseal('collection', bytes))))
  return record?.name === name && record.number === number ? record : undefined
}

/** Elements of each vector, by name. */
export function dimsOf({ vectors }: FullSchema): ReadonlyMap<string, number> {
  return new Map(Object.entries(vectors).map(([name, { dim }]) => [name, dim]))
}
