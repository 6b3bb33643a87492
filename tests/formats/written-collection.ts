import type { Collection, Payload, Point, PointId, WriteChanges } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { type RecordedPoint, type RecordedSchema, recordedPoint, schemaOf } from './store-recorded.ts'

/** One atomic change, its points one by one. */
export type Change = Pick<WriteChanges<Payload>, 'update'> & {
  readonly upsert?: readonly Point<Payload>[]
  readonly delete?: readonly PointId[]
}

/** A collection of a database, and beside it, in a Map, what it has to hold: so that what is recorded is not only what was read. */
export class WrittenCollection {
  readonly name: string
  readonly schema: RecordedSchema
  readonly #database: string
  readonly #points = new Map<PointId, Point<Payload>>()
  #lsn = 0

  constructor(database: string, name: string, schema: RecordedSchema) {
    this.#database = database
    this.name = name
    this.schema = schema
  }

  get lsn(): number {
    return this.#lsn
  }

  /** In order of first upsert: a Map keeps the place of what is set again. */
  get points(): RecordedPoint[] {
    return [...this.#points.values()].map(recordedPoint)
  }

  /** Opens the collection, makes each change by a write of its own, and closes it. */
  async write(changes: readonly Change[]): Promise<void> {
    await this.#writeEach(changes, {}, async () => {})
  }

  /** The same, and each write is folded into blocks before the next. */
  async writeAndCheckpoint(changes: readonly Change[]): Promise<void> {
    await this.#writeEach(changes, { checkpointAfter: { entries: 1 } }, async (collection) => {
      while ((await collection.status()).checkpointLsn < this.#lsn) await new Promise((resolve) => setTimeout(resolve, 10))
    })
  }

  async #writeEach(
    changes: readonly Change[],
    options: { readonly checkpointAfter?: { readonly entries: number } },
    afterEach: (collection: Collection<Payload>) => Promise<void>,
  ): Promise<void> {
    const collection = await openCollection<Payload>(this.name, {
      ...schemaOf(this.schema),
      database: this.#database,
      worker: false,
      ...options,
    })
    for (const change of changes) {
      const { lsn } = await collection.write(change)
      this.#lsn = lsn
      this.#apply(change)
      await afterEach(collection)
    }
    await collection.close()
  }

  #apply({ upsert = [], update = [], delete: deleted = [] }: Change): void {
    for (const point of upsert) this.#points.set(point.id, point)
    for (const { ids, payload } of update) {
      for (const id of ids) {
        const point = this.#points.get(id)
        if (point !== undefined) this.#points.set(id, { ...point, payload: { ...point.payload, ...payload } as Payload })
      }
    }
    for (const id of deleted) this.#points.delete(id)
  }
}
