/** Fixed for every collection there will ever be: a new collection needs no upgrade, so no tab is ever asked to close for one. */
export const STORES = ['collections', 'log', 'blocks', 'manifests'] as const

export type StoreName = (typeof STORES)[number]

/** Version of the object stores, not of the records in them (that is FORMAT_VERSION in @voisin/bytes). */
export const DATABASE_VERSION = 1

/** `collections` is keyed by name; the others by [collection number, lsn | block id | epoch]. */
export type Key = string | readonly [collection: number, item: number]

/** Every key of one collection, or the part from `from` to `to`, both included. */
export interface KeyRange {
  readonly collection: number
  /** @default 0 */
  readonly from?: number
  /** @default Infinity */
  readonly to?: number
}
