import type { Storage } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import type { Log } from '../log/log.ts'
import type { StateOptions } from '../state/collection-state.ts'

/** What a collection is read from. */
export interface LoadSource {
  readonly storage: Storage
  readonly clock: Clock
  readonly log: Log
  readonly stateOptions: StateOptions
  /** The last write that is known from elsewhere. */
  readonly lastSeenLsn?: number
}
