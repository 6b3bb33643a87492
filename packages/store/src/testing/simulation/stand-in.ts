import {
  ClosedError,
  type Filter,
  NotFoundError,
  type Payload,
  type Point,
  type PointId,
  type Query,
  type ScoredPoint,
  StorageError,
  VoisinError,
  type VoisinErrorCode,
  type WriteChanges,
} from '@voisin/spec'
import type { Storage, Transaction } from '../../database/storage.ts'
import type { World } from '../../database/world.ts'
import type { SubjectCollection, SubjectReadOptions, SubjectSession, SubjectWriteOptions } from './subject.ts'

/** The smallest store that keeps its promises on a disk that does not rot: a log, read whole by every tab. The simulator is tested by it. */
export async function openStandIn(world: World, databaseName: string): Promise<SubjectSession> {
  const storage = await world.openStorage(databaseName, {}, 60_000)
  return new StandInSession(world, storage)
}

interface StoredChange {
  readonly upsert: readonly { readonly id: PointId; readonly vector: readonly number[] | null; readonly payload: Payload }[]
  readonly update: readonly { readonly ids: readonly PointId[]; readonly payload: Payload }[]
  readonly delete: readonly PointId[]
}

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const decode = (record: unknown): unknown => JSON.parse(new TextDecoder().decode(record as Uint8Array))

class StandInSession implements SubjectSession {
  readonly #world: World
  readonly #storage: Storage

  constructor(world: World, storage: Storage) {
    this.#world = world
    this.#storage = storage
  }

  async openCollection(name: string): Promise<SubjectCollection> {
    const number = await this.#storage.write(['catalog'], 'strict', async (transaction) => {
      const [key] = await transaction.keys('catalog', { prefix: [name] })
      if (key !== undefined) return key[1] as number
      const created = this.#world.randomNumber()
      await transaction.add('catalog', [name, created, 0], encode({ name }))
      return created
    })
    const collection = new StandInCollection(this.#storage, name, number)
    await collection.catchUp()
    return collection
  }

  async listCollections(): Promise<string[]> {
    const keys = await this.#storage.read(['catalog'], (transaction) => transaction.keys('catalog', { prefix: [] }))
    return keys.map(([name]) => name as string)
  }

  deleteCollection(name: string): Promise<void> {
    return this.#storage.write(['catalog', 'entries'], 'strict', async (transaction) => {
      for (const key of await transaction.keys('catalog', { prefix: [name] })) {
        await transaction.delete('catalog', key)
        await transaction.deleteRange('entries', { prefix: [key[1] as number] })
      }
    })
  }

  async *salvage(name: string): AsyncIterable<Point> {
    yield* (await this.openCollection(name)).scroll({ withVector: true })
  }

  async close(): Promise<void> {
    this.#storage.close()
  }
}

class StandInCollection implements SubjectCollection {
  readonly #storage: Storage
  readonly #name: string
  readonly #number: number
  readonly #points = new Map<PointId, Point>()
  #lsn = 0
  #isClosed = false

  constructor(storage: Storage, name: string, number: number) {
    this.#storage = storage
    this.#name = name
    this.#number = number
  }

  catchUp(): Promise<void> {
    return this.#storage.read(['catalog', 'entries'], (transaction) => this.#takeIn(transaction))
  }

  upsert(points: readonly Point[], options?: SubjectWriteOptions): Promise<{ lsn: number }> {
    return this.write({ upsert: points }, options)
  }

  update(ids: readonly PointId[], payload: Payload, options?: SubjectWriteOptions): Promise<{ lsn: number }> {
    return this.write({ update: [{ ids, payload }] }, options)
  }

  delete(target: readonly PointId[] | { readonly filter: Filter }, options?: SubjectWriteOptions): Promise<{ lsn: number }> {
    if (Array.isArray(target)) return this.write({ delete: target }, options)
    return this.#append({}, (target as { readonly filter: Filter }).filter, options)
  }

  write(changes: WriteChanges<Payload>, options?: SubjectWriteOptions): Promise<{ lsn: number }> {
    return this.#append(changes, undefined, options)
  }

  async query(query: Query<Payload>, { consistency }: SubjectReadOptions = {}): Promise<ScoredPoint[]> {
    if (consistency === 'latest') await this.catchUp()
    const { vector, limit = 10 } = query
    const found = [...this.#points.values()].filter((point) => point.vector !== undefined || vector === undefined)
    const distance = (point: Point) => [...(vector ?? [])].reduce((sum, x, i) => sum + (x - point.vector![i]!) ** 2, 0)
    const scored = found.map((point) => ({ id: point.id, score: -distance(point), payload: point.payload, legs: {} }))
    return scored.sort((a, b) => b.score - a.score).slice(0, limit)
  }

  async *scroll({ consistency }: SubjectReadOptions = {}): AsyncIterable<Point> {
    this.#check()
    if (consistency === 'latest') await this.catchUp()
    yield* [...this.#points.values()]
  }

  async count(filter: Filter = {}, { consistency }: SubjectReadOptions = {}): Promise<number> {
    this.#check()
    if (consistency === 'latest') await this.catchUp()
    return this.#matching(filter).length
  }

  async status(): Promise<{ lsn: number; dataState: string }> {
    return { lsn: this.#lsn, dataState: 'intact' }
  }

  async flush(): Promise<void> {}
  async vacuum(): Promise<void> {}
  async checkpoint(): Promise<void> {}

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #check(): void {
    if (this.#isClosed) throw new ClosedError('The collection was closed.')
  }

  #matching(filter: Filter): PointId[] {
    return [...this.#points.values()]
      .filter(({ payload }) => filter.n === undefined || payload.n === filter.n)
      .map(({ id }) => id)
  }

  async #append(changes: WriteChanges<Payload>, filter?: Filter, options: SubjectWriteOptions = {}): Promise<{ lsn: number }> {
    this.#check()
    const { signal, expect } = options
    let stored: StoredChange | undefined
    let lsn = 0
    await this.#storage.write(
      ['catalog', 'entries'],
      'strict',
      async (transaction) => {
        await this.#takeIn(transaction)
        if (expect !== undefined && this.#matching(expect.filter).length !== expect.count) {
          throw new VoisinError('conflict' as VoisinErrorCode, 'It is not as expected.')
        }
        const upsert = (changes.upsert ?? []) as readonly Point[]
        stored = {
          upsert: upsert.map(({ id, vector, payload }) => ({ id, vector: vector ? [...vector] : null, payload })),
          update: (changes.update ?? []) as StoredChange['update'],
          delete: filter ? this.#matching(filter) : ((changes.delete ?? []) as readonly PointId[]),
        }
        lsn = this.#lsn + 1
        await transaction.add('entries', [this.#number, lsn], encode(stored))
      },
      { signal },
    )
    // Another call may have read it back meanwhile.
    if (lsn === this.#lsn + 1) this.#apply(lsn, stored!)
    return { lsn }
  }

  async #takeIn(transaction: Transaction): Promise<void> {
    if ((await transaction.lastKey('catalog', { prefix: [this.#name, this.#number] })) === undefined) {
      throw new NotFoundError('The collection was deleted.', { dataState: 'lost' })
    }
    const range = { prefix: [this.#number], from: this.#lsn + 1 }
    const keys = await transaction.keys('entries', range)
    const records = await transaction.getAll('entries', range)
    keys.forEach((key, i) => {
      const lsn = key[1] as number
      if (lsn <= this.#lsn) return
      if (lsn > this.#lsn + 1) throw new StorageError('An entry is missing.', { dataState: 'partial' })
      this.#apply(lsn, decode(records[i]) as StoredChange)
    })
  }

  #apply(lsn: number, change: StoredChange): void {
    this.#lsn = lsn
    for (const { id, vector, payload } of change.upsert) {
      this.#points.set(id, { id, payload, ...(vector && { vector: Float32Array.from(vector) }) })
    }
    for (const { ids, payload } of change.update) {
      for (const id of ids) {
        const point = this.#points.get(id)
        if (point !== undefined) this.#points.set(id, { ...point, payload: { ...point.payload, ...payload } })
      }
    }
    for (const id of change.delete) this.#points.delete(id)
  }
}
