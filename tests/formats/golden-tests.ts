import { type CollectionListing, listCollections, openCollection } from '@voisin/store'
import { expect, test } from 'vitest'
import { tempDatabase } from '../support/temp-database.ts'
import { decodeDump, dumpDatabase, encodeDump, type Layout, restoreDatabase } from './database-dump.ts'
import { type RecordedCollection, type RecordedQuery, type RecordedStore, readCollection, schemaOf } from './store-recorded.ts'

/** The golden databases of one format version. */
export class GoldenDatabases {
  readonly #layout: Layout
  readonly #binaries: ReadonlyMap<string, string>
  readonly #recordings: ReadonlyMap<string, RecordedStore>

  /**
   * @param binaries Where each dump is, by path of its file.
   * @param recordings What must be read from each, by path of its file.
   */
  constructor(layout: Layout, binaries: Readonly<Record<string, string>>, recordings: Readonly<Record<string, RecordedStore>>) {
    const byName = <T>(files: Readonly<Record<string, T>>) =>
      new Map(Object.entries(files).map(([path, file]) => [path.replace(/^.*\/|\.\w+$/g, ''), file]))
    this.#layout = layout
    this.#binaries = byName(binaries)
    this.#recordings = byName(recordings)
  }

  get names(): string[] {
    return [...this.#binaries.keys()]
  }

  recorded(name: string): RecordedStore {
    return this.#recordings.get(name)!
  }

  async dump(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await fetch(this.#binaries.get(name)!)
    return new Uint8Array(await response.arrayBuffer())
  }

  /** A database of the calling test's own that holds what the golden one held. */
  async restored(name: string): Promise<string> {
    const database = tempDatabase()
    await restoreDatabase(database, await this.dump(name), this.#layout)
    return database
  }

  /** What holds of each, whatever its version. */
  test(name: string): void {
    const layout = this.#layout
    const recorded = this.recorded(name)

    test('has the records that it was made of, and is restored to the byte', async () => {
      const records = await decodeDump(await this.dump(name), layout)
      const counts: Record<string, number> = {}
      for (const { store } of records) counts[store] = (counts[store] ?? 0) + 1
      expect(counts).toEqual(recorded.records)
      expect(await dumpDatabase(await this.restored(name), layout)).toEqual(await encodeDump(records, layout))
    })

    test.each([
      ['here', false],
      ['in a worker', true],
    ])('is read %s, and answers as when it was written', async (_, worker) => {
      const database = await this.restored(name)
      for (const collection of recorded.collections) {
        expectRead(await readCollection(database, collection, worker), collection)
      }
    })

    test('is listed as it was made', async () => {
      const listed = recorded.collections.map(({ name, schema }) => ({ name, ...schema, state: 'intact' }) as CollectionListing)
      expect(await listCollections({ database: await this.restored(name) })).toEqual(listed)
    })

    test('takes writes, which are there after what it held when it is opened again', async () => {
      const database = await this.restored(name)
      for (const { name: collectionName, schema, lsn } of recorded.collections) {
        const open = () => openCollection(collectionName, { ...schemaOf(schema), database, worker: false })
        const first = await open()
        const before = (await Array.fromAsync(first.scroll())).map(({ id }) => id)
        expect((await first.upsert([{ id: 'written later', payload: {} }])).lsn).toBeGreaterThan(lsn)
        await first.close()
        const again = await open()
        const ids = (await Array.fromAsync(again.scroll())).map(({ id }) => id)
        await again.close()
        expect(ids).toEqual([...before, 'written later'])
      }
    })
  }
}

/** What was read is what was recorded. */
export function expectRead(read: RecordedCollection, recorded: RecordedCollection): void {
  // As text, because the order of keys counts too.
  expect(JSON.stringify(read.points, undefined, 1)).toBe(JSON.stringify(recorded.points, undefined, 1))
  const { lsn, dataState, notices, digest } = recorded
  expect(read).toMatchObject({ lsn, dataState, notices, ...(digest !== undefined && { digest }) })
  expect(asRead(read.queries)).toEqual(rounded(recorded.queries))
}

/** Scores to five digits after the point: another kernel may add in another order. */
function rounded(queries: readonly RecordedQuery[]): unknown[] {
  return queries.map((query) => ('hits' in query ? query.hits.map(({ id, score }) => [id, expect.closeTo(score, 5)]) : query.ids))
}

const asRead = (queries: readonly RecordedQuery[]) =>
  queries.map((query) => ('hits' in query ? query.hits.map(({ id, score }) => [id, score]) : query.ids))
