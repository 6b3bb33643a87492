import { openCollection } from '@voisin/store'
import { describe, expect, test } from 'vitest'
import { failReads } from '../support/failing-reads.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'
import { decodeDump, dumpDatabase, encodeDump, LAYOUTS, restoreDatabase } from './database-dump.ts'
import { expectGoldenLibrary } from './golden-library.ts'
import { GoldenDatabases } from './golden-tests.ts'
import { type RecordedStore, readCollection, schemaOf } from './store-recorded.ts'

const LAYOUT = LAYOUTS[0]
const goldens = new GoldenDatabases(
  LAYOUT,
  import.meta.glob<string>('./golden/store-v0/*.bin', { query: '?url', import: 'default', eager: true }),
  import.meta.glob<RecordedStore>('./golden/store-v0/*.json', { import: 'default', eager: true }),
)
const restored = (name: string) => goldens.restored(name)
const recordedOf = (name: string) => goldens.recorded(name)
const dumpOf = (name: string) => goldens.dump(name)

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

test('every golden database of format version 0 is here', () => {
  expect(goldens.names).toEqual(['checkpointed', 'damaged-tail', 'large-write', 'log-only', 'two-collections'])
})

describe.each(goldens.names)('the %s database of format version 0', (name) => {
  const recorded = recordedOf(name)
  goldens.test(name)

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
})

test('the library of format version 0 gives its documents as they were added', async () => {
  await expectGoldenLibrary(await restored('two-collections'))
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
