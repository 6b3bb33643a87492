import type { CheckpointEnd } from '../checkpoint/checkpointer.ts'
import type { FullSchema } from '../database/collection-record.ts'
import { BEGINNING } from '../log/replay.ts'
import { CollectionState, type ReadyEntry } from '../state/collection-state.ts'
import type { Appended, AppendRequest, Journal, OpenedState } from './journal.ts'

/** Keeps nothing: the collection is its memory, and gone when it is closed. */
export class MemoryJournal implements Journal {
  readonly durability = 'memory'
  readonly checkpointLsn = 0
  readonly whyReadOnly = undefined
  readonly keepsLog = false
  readonly #schema: FullSchema

  constructor(schema: FullSchema) {
    this.#schema = schema
  }

  async load(): Promise<OpenedState> {
    const state = await CollectionState.create(this.#schema)
    return { state, position: BEGINNING, dataState: 'intact', notices: [] }
  }

  async append({ upserts, known, resolve }: AppendRequest): Promise<Appended> {
    const { lsn, checksum, nextOrdinal } = known()
    const entry = {
      collection: 0,
      lsn: lsn + 1,
      previous: lsn,
      previousChecksum: checksum,
      isStrict: false,
      firstOrdinal: nextOrdinal,
      upsertCount: upserts.ids.length,
      upserts,
      ...resolve(),
      checksum: 0,
      bytes: 0,
    }
    return { entry, upserts }
  }

  async since(): Promise<readonly ReadyEntry[]> {
    return []
  }

  applied(): void {}

  async checkpoint(): Promise<'nothing'> {
    return 'nothing'
  }

  async adopt(): Promise<CheckpointEnd> {
    return 'nothing'
  }

  async purge(): Promise<true> {
    return true
  }

  async flush(): Promise<void> {}

  doubt(): void {}

  async close(): Promise<void> {}
}
