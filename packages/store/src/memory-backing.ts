import type { ReadyEntry } from './apply-entry.ts'
import type { Backing, Loaded, Tail } from './backing.ts'
import type { FullSchema } from './collection-schema.ts'
import { CollectionState } from './collection-state.ts'
import type { Changes } from './persistence/entry-codec.ts'

/** Keeps nothing: the collection is its memory, and gone when it is closed. */
export class MemoryBacking implements Backing {
  readonly durability = 'memory'
  readonly checkpointLsn = 0
  readonly #schema: FullSchema

  constructor(schema: FullSchema) {
    this.#schema = schema
  }

  async load(): Promise<Loaded> {
    return { state: await CollectionState.create(this.#schema), lsn: 0, dataState: 'intact', notices: [] }
  }

  async append(changes: Changes, after: number): Promise<Tail> {
    const entry: ReadyEntry = { entry: { ...changes, lsn: after + 1, previous: after }, blockRuns: [] }
    return [entry]
  }

  async since(): Promise<Tail> {
    return []
  }

  applied(): void {}

  tell(): void {}

  onRemoteWrite(): void {}

  tend(): void {}

  async checkpoint(): Promise<void> {}

  async flush(): Promise<void> {}

  pause(): void {}

  resume(): void {}

  async close(): Promise<void> {}
}
