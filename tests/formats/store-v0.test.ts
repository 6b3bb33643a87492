import { type CollectionListing, listCollections, openCollection } from '@voisin/store'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openLibrary } from 'voisin'
import { failReads } from '../support/failing-reads.ts'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'
import { decodeDump, dumpDatabase, encodeDump, LAYOUTS, restoreDatabase } from './database-dump.ts'
import { CHANGED_DOCUMENT, DOCUMENTS, LIBRARY_DIM, REMOVED_DOCUMENT } from './golden-writes.ts'
import { type RecordedQuery, type RecordedStore, readCollection, schemaOf } from './store-recorded.ts'

const LAYOUT = LAYOUTS[0]
const NAMES = ['log-only', 'checkpointed', 'large-write', 'damaged-tail', 'two-collections']
const binaries = import.meta.glob<string>('./golden/store-v0/*.bin', { query: '?url', import: 'default', eager: true })
const recordings = import.meta.glob<RecordedStore>('./golden/store-v0/*.json', { import: 'default', eager: true })

const recordedOf = (name: string): RecordedStore => recordings[`./golden/store-v0/${name}.json`]!

async function dumpOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(binaries[`./golden/store-v0/${name}.bin`]!)
  return new Uint8Array(await response.arrayBuffer())
}

/** A database of this test's own that holds what the golden one held. */
async function restored(name: string): Promise<string> {
  const database = tempDatabase()
  await restoreDatabase(database, await dumpOf(name), LAYOUT)
  return database
}

/** A connection as a tab of version 0 holds it: it closes when another version is asked for. */
function connectionOfThatVersion(database: string) {
  let isAsked = false
  return new Promise<{ readonly connection: IDBDatabase; wasAsked(): boolean }>((resolve, reject) => {
    const request = indexedDB.open(database, 1)
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const connection = request.result
      connection.onversionchange = () => {
        isAsked = true
        connection.close()
      }
      resolve({ connection, wasAsked: () => isAsked })
    }
  })
}

/** Scores to five digits after the point: another kernel may add in another order. */
function rounded(queries: readonly RecordedQuery[]): unknown[] {
  return queries.map((query) => ('hits' in query ? query.hits.map(({ id, score }) => [id, expect.closeTo(score, 5)]) : query.ids))
}
const asRead = (queries: readonly RecordedQuery[]) =>
  queries.map((query) => ('hits' in query ? query.hits.map(({ id, score }) => [id, score]) : query.ids))

describe.each(NAMES)('the %s database of format version 0', (name) => {
  const recorded = recordedOf(name)

  test('has the records that it was made of, and is restored to the byte', async () => {
    const records = await decodeDump(await dumpOf(name), LAYOUT)
    const counts: Record<string, number> = {}
    for (const { store } of records) counts[store] = (counts[store] ?? 0) + 1
    expect(counts).toEqual(recorded.records)
    expect(await dumpDatabase(await restored(name), LAYOUT)).toEqual(await encodeDump(records, LAYOUT))
  })

  test.each([
    ['here', false],
    ['in a worker', true],
  ])('is read %s, and answers as when it was written', async (_, worker) => {
    const database = await restored(name)
    for (const collection of recorded.collections) {
      const read = await readCollection(database, collection, worker)
      // As text, because the order of keys counts too.
      expect(JSON.stringify(read.points, undefined, 1)).toBe(JSON.stringify(collection.points, undefined, 1))
      const { lsn, dataState, notices } = collection
      expect(read).toMatchObject({ lsn, dataState, notices })
      expect(asRead(read.queries)).toEqual(rounded(collection.queries))
    }
  })

  test('is read while a tab of that version still has it open, which lets go when it is asked to', async () => {
    const database = await restored(name)
    const old = await connectionOfThatVersion(database)
    for (const collection of recorded.collections) {
      const read = await readCollection(database, collection, true)
      expect(JSON.stringify(read.points, undefined, 1)).toBe(JSON.stringify(collection.points, undefined, 1))
    }
    expect(old.wasAsked()).toBe(true)
    // It can write no more: nothing of it can get lost.
    expect(() => old.connection.transaction('log', 'readwrite')).toThrow(/closing|closed/)
    await expect(connectionOfThatVersion(database)).rejects.toMatchObject({ name: 'VersionError' })
  })

  test('is listed as it was made', async () => {
    const listed: CollectionListing[] = recorded.collections.map((collection) => ({
      name: collection.name,
      ...(collection.schema as Omit<CollectionListing, 'name' | 'state'>),
      state: 'intact',
    }))
    expect(await listCollections({ database: await restored(name) })).toEqual(listed)
  })

  test('takes writes, which are there after what it held when it is opened again', async () => {
    const database = await restored(name)
    for (const { name: collectionName, schema, points, lsn } of recorded.collections) {
      const open = () => openCollection(collectionName, { dim: schema.dim, database, worker: false })
      const first = await open()
      expect((await first.upsert([{ id: 'written later', payload: {} }])).lsn).toBeGreaterThan(lsn)
      await first.close()
      const again = await open()
      const ids = (await Array.fromAsync(again.scroll())).map(({ id }) => id)
      await again.close()
      expect(ids).toEqual([...points.map(({ id }) => id), 'written later'])
    }
  })
})

test('the library of format version 0 gives its documents as they were added', async () => {
  const database = await restored('two-collections')
  const embedder = createFakeEmbedder({ dim: LIBRARY_DIM })
  const library = await openLibrary('notes', { database, embedder, fields: { year: 'number' } })
  onTestFinished(() => library.close())
  const documents = DOCUMENTS.filter(({ id }) => id !== REMOVED_DOCUMENT).map((document) =>
    document.id === CHANGED_DOCUMENT.id ? CHANGED_DOCUMENT : document,
  )
  expect((await library.documents()).map(({ id }) => id)).toEqual(documents.map(({ id }) => id))
  for (const { metadata = {}, ...document } of documents) {
    expect(await library.document(document.id)).toEqual({ ...document, metadata })
  }
  const [hit] = await library.search('How long is bread in the oven?', { filter: { year: 2001 } })
  expect(hit!.chunk.text).toBe('It takes an hour in the oven.')
})

test('a dump is taken of a database that is there, and restored where none is', async () => {
  const absent = tempDatabase()
  await expect(dumpDatabase(absent, LAYOUT)).rejects.toThrow()
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(absent)
  const database = await restored('log-only')
  const dump = await dumpOf('checkpointed')
  await expect(restoreDatabase(database, dump, LAYOUT)).rejects.toThrow()
  await expect(restoreDatabase(database, dump, { ...LAYOUT, version: 2 })).rejects.toThrow()
  const whole = await encodeDump(await decodeDump(await dumpOf('log-only'), LAYOUT), LAYOUT)
  expect(await dumpDatabase(database, LAYOUT)).toEqual(whole)
})

test.each([
  ['checkpointed', 'v0-blocks'],
  ['log-only', 'v0-log'],
])(
  'a record of version 0 that cannot be read at this time costs nothing of the %s database: it is taken over when it can be',
  async (name, store) => {
    const database = await restored(name)
    const [collection] = recordedOf(name).collections
    const { name: called, schema, points } = collection!
    let hit: string | undefined
    const failing = failReads({
      database,
      which: (from, key) => {
        if ((from as string) !== store) return false
        hit ??= String(key)
        return String(key) === hit
      },
    })
    const open = () => openCollection(called, { ...schemaOf(schema), database, worker: false })
    await expect(open()).rejects.toMatchObject({ code: 'storage-failed', retryable: true, dataState: 'intact' })
    expect(failing.count).toBeGreaterThan(0)
    failing.heal()
    const opened = await open()
    expect([await opened.count(), (await opened.status()).dataState]).toEqual([points.length, 'intact'])
    await opened.close()
  },
)

test('what a taking over that was interrupted has left is gone with the next one', async () => {
  const database = await restored('checkpointed')
  const [{ name, schema, points }] = recordedOf('checkpointed').collections as [RecordedStore['collections'][number]]
  const open = (signal?: AbortSignal) =>
    openCollection(name, { ...schemaOf(schema), database, worker: false, ...(signal && { signal }) })
  // As a tab leaves it that dies while it stores blocks: they are there, and the old records too.
  await openCollection('other', { dim: 1, database, worker: false }).then((other) => other.close())
  const stored = storedRecords(database)
  await stored.put('meta', ['taking', name, 77], Uint8Array.of(1))
  for (const piece of [0, 1]) await stored.put('blocks', [77, 5, piece], Uint8Array.of(1))
  const tabs = await Promise.all([open(), open(), open()])
  for (const tab of tabs) {
    expect([await tab.count(), (await tab.status()).dataState]).toEqual([points.length, 'intact'])
    await tab.close()
  }
  const number = (await stored.numbers()).get(name)
  expect((await stored.keys('blocks')).filter((key) => key[0] !== number)).toEqual([])
  expect((await stored.keys('meta')).filter((key) => key[0] === 'taking')).toEqual([])
})
