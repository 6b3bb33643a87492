import type { RecordKey, StoredRecords, StoreName } from './stored-records.ts'

/** One way in which a stored record goes bad. */
export type Damage = (stored: StoredRecords, store: StoreName, key: RecordKey) => Promise<void>

const change =
  (make: (record: Uint8Array) => unknown): Damage =>
  (stored, store, key) =>
    stored.change(store, key, make)

/** The record with one bit turned; a negative number counts from the end. */
export function flipped(record: Uint8Array, bit: number): Uint8Array {
  const copy = record.slice()
  const at = bit < 0 ? copy.length * 8 + bit : bit
  copy[at >> 3]! ^= 1 << (at & 7)
  return copy
}

export const flip = (bit: number): Damage => change((record) => flipped(record, bit))

export const remove: Damage = (stored, store, key) => stored.delete(store, key)

/** Bits of every part of a record, and what is worse than a bit. All of it must count as the same: this record is not there. */
export const DAMAGES: readonly (readonly [name: string, damage: Damage])[] = [
  ['altered in its first bit', flip(0)],
  ['altered in its kind', flip(4 * 8)],
  ['altered in its length', flip(8 * 8)],
  ['altered in its checksum', flip(15 * 8 + 7)],
  ['altered in the first bit of what it says of itself', flip(16 * 8)],
  ['altered in its middle', change((record) => flipped(record, record.length * 4))],
  ['altered in its last bit', flip(-1)],
  ['cut in half', change((record) => record.slice(0, record.length >> 1))],
  ['cut to its frame', change((record) => record.slice(0, 16))],
  ['longer than it was', change((record) => Uint8Array.of(...record, 0))],
  ['filled with zeros', change((record) => new Uint8Array(record.length))],
  ['empty', change(() => new Uint8Array(0))],
  ['something else than bytes', change(() => ({ text: 'something else' }))],
  ['missing', remove],
]

/** Fewer, where many records are damaged in many ways. */
export const SOME_DAMAGES: readonly (readonly [name: string, damage: Damage])[] = DAMAGES.filter(([name]) =>
  ['altered in its first bit', 'altered in its middle', 'cut in half', 'something else than bytes', 'missing'].includes(name),
)
