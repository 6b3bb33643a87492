import { ifWhole, seal, unseal } from '@voisin/bytes'
import { CorruptDataError, type FieldKind, type Metric } from '@voisin/spec'

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

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function spellCollectionRecord(record: CollectionRecord): string {
  return JSON.stringify(record)
}

/** @throws {CorruptDataError} It makes no sense. */
export function readCollectionRecord(json: string): CollectionRecord {
  let value: Partial<CollectionRecord>
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw new CorruptDataError('The record of a collection is no JSON.', { cause })
  }
  const { name, number, vectors, fields } = value
  if (typeof name !== 'string' || typeof number !== 'number' || typeof vectors !== 'object' || vectors === null) {
    throw new CorruptDataError('The record of a collection makes no sense.', { received: json.slice(0, 200) })
  }
  return { name, number, vectors, fields: fields ?? {} }
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
