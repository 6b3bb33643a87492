import type { Expectation, Filter, PointId } from '@voisin/spec'
import type { PointColumns } from '../points/point-columns.ts'

/** A change of payloads: merged into the top level of each point's payload. */
export interface Patch {
  readonly ids: readonly PointId[]
  /** Encoded. */
  readonly payload: Uint8Array
  /** Its top-level keys. */
  readonly fields: readonly string[]
}

/** One write as it was asked for, checked and copied. Upserts come first, then patches, then deletes. */
export interface Changes {
  readonly upserts: PointColumns
  readonly patches: readonly Patch[]
  readonly deletes: readonly PointId[]
  /** Delete what matches, too, once upserts and patches are done. */
  readonly deleteFilter?: Filter | undefined
  /** What must hold when it is committed. */
  readonly expect: readonly Expectation[]
}
