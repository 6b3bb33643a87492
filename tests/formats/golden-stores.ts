import { listCollections } from '@voisin/store'
import { openLibrary } from 'voisin'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { type DumpedRecord, decodeDump, dumpDatabase, encodeDump, restoreDatabase } from './database-dump.ts'
import {
  CHANGED_DOCUMENT,
  CHECKPOINTED_CHANGES,
  CHECKPOINTED_SCHEMA,
  DOCUMENTS,
  LARGE_CHANGES,
  LARGE_SCHEMA,
  LATER_CHANGES,
  LIBRARY_DIM,
  REMOVED_DOCUMENT,
  SMALL_CHANGES,
  SMALL_SCHEMA,
  vectorOf,
} from './golden-writes.ts'
import { type RecordedCollection, type RecordedQuery, type RecordedStore, readCollection } from './store-recorded.ts'
import { WrittenCollection } from './written-collection.ts'

// How the golden databases of format version 0 were made; write-golden-stores.mjs says how to do it again, by the code of then.

const COMMIT = '0bcbd87'
const FORMAT_VERSION = 0
/** Where a frame has the version of its format. */
const VERSION_BYTE = 5

/** What is asked of a collection, and what it has to hold; without `points` that is what is read of it at once. */
type Expected = Pick<RecordedCollection, 'name' | 'schema' | 'queries'> &
  Partial<Pick<RecordedCollection, 'lsn' | 'points'>> & { readonly isRolledBack?: boolean }

interface Recipe {
  readonly description: string
  /** Fills the database and closes it. */
  make(database: string): Promise<readonly Expected[]>
  /** What happens to its records then. */
  damage?(records: readonly DumpedRecord[]): DumpedRecord[]
}

const byVector = (seed: number, dim: number): RecordedQuery => ({ vector: [...vectorOf(seed, dim)], hits: [] })
const byText = (text: string): RecordedQuery => ({ text, ids: [] })
const SMALL_QUERIES = [byVector(500, 3), byVector(501, 3), byText('lanterns'), byText('harbour')]

const RECIPES: Readonly<Record<string, Recipe>> = {
  'log-only': {
    description:
      'Nine writes and no checkpoint: ids of both kinds, payloads of every type, points with and without vectors, points replaced, ' +
      'updated, deleted, and one deleted and upserted again.',
    async make(database) {
      const notes = new WrittenCollection(database, 'notes', SMALL_SCHEMA)
      await notes.write(SMALL_CHANGES)
      return [expectedOf(notes, SMALL_QUERIES)]
    },
  },
  checkpointed: {
    description:
      'Five writes, each followed by a checkpoint: a first block that is kept while points of it are replaced, updated and deleted, ' +
      'and others that are written anew; then three writes that only the log has. The order of first upsert is not that of the blocks.',
    async make(database) {
      const pages = new WrittenCollection(database, 'pages', CHECKPOINTED_SCHEMA)
      await pages.writeAndCheckpoint(CHECKPOINTED_CHANGES)
      await pages.write(LATER_CHANGES)
      return [expectedOf(pages, [byVector(502, 4), byVector(503, 4), byText('compass'), byText('replaced first')])]
    },
  },
  'large-write': {
    description:
      'Four writes and no checkpoint; the second is above 1 MiB, so that its points are in blocks that its log entry names, beside an ' +
      'update and deletions of the same write. Later writes change points of those blocks.',
    async make(database) {
      const book = new WrittenCollection(database, 'book', LARGE_SCHEMA)
      await book.write(LARGE_CHANGES)
      return [expectedOf(book, [byVector(504, 4), byVector(505, 4), byText('short'), byText('cover')])]
    },
  },
  'damaged-tail': {
    description:
      'The writes of log-only, and then one bit of the last log entry is turned over: what is shown is what was there before that write.',
    async make(database) {
      const notes = new WrittenCollection(database, 'notes', SMALL_SCHEMA)
      await notes.write(SMALL_CHANGES.slice(0, -1))
      const expected = expectedOf(notes, SMALL_QUERIES)
      await notes.write(SMALL_CHANGES.slice(-1))
      return [{ ...expected, isRolledBack: true }]
    },
    damage(records) {
      const last = records.findLast(({ store }) => store === 'log')
      return records.map((record) => (record === last ? { ...record, value: turnedOver(record.value, 60) } : record))
    },
  },
  'two-collections': {
    description:
      'A library made by openLibrary with the fake embedder of tests/support (16 elements): five documents added, one of them replaced, ' +
      'one removed, and the library closed. The number field year of its metadata is declared.',
    async make(database) {
      const embedder = createFakeEmbedder({ dim: LIBRARY_DIM })
      const library = await openLibrary('notes', { database, embedder, fields: { year: 'number' }, worker: false })
      await library.add(DOCUMENTS)
      await library.add(CHANGED_DOCUMENT)
      await library.remove(REMOVED_DOCUMENT)
      const vector = [...(await embedder.embedQuery('a river that flows to the sea'))]
      await library.close()
      const listed = await listCollections({ database })
      return listed.map(({ name, dim = 0, metric = 'cosine', model, fields = {} }) => {
        const schema = { dim, metric, fields, ...(model !== undefined && { model }) }
        const isChunks = name === 'notes'
        return { name, schema, queries: isChunks ? [{ vector, hits: [] }, byText('river'), byText('hour oven')] : [] }
      })
    },
  },
}

export const GOLDEN_STORES: readonly string[] = Object.keys(RECIPES)

/** Makes a golden database: its dump, byte by byte, and what must be read from it. */
export async function makeGoldenStore(name: string): Promise<{ readonly dump: number[]; readonly recorded: RecordedStore }> {
  const { description, make, damage } = RECIPES[name]!
  const database = `golden-${crypto.randomUUID()}`
  const expected = await make(database)
  const records = await decodeDump(await dumpDatabase(database))
  const counts: Record<string, number> = {}
  for (const { store, value } of records) {
    if (value[VERSION_BYTE] !== FORMAT_VERSION) throw new Error(`This code writes another format: check out ${COMMIT}.`)
    counts[store] = (counts[store] ?? 0) + 1
  }
  const dump = await encodeDump(damage ? damage(records) : records)

  const collections: RecordedCollection[] = []
  for (const collection of expected) {
    // Each is read from a database of its own, as opening one may write.
    const copy = `golden-${crypto.randomUUID()}`
    await restoreDatabase(copy, dump)
    const read = await readCollection(copy, collection, false)
    checkRead(read, collection)
    collections.push(read)
    indexedDB.deleteDatabase(copy)
  }
  indexedDB.deleteDatabase(database)
  return { dump: [...dump], recorded: { description, commit: COMMIT, records: counts, collections } }
}

function expectedOf({ name, schema, lsn, points }: WrittenCollection, queries: readonly RecordedQuery[]): Expected {
  return { name, schema, lsn, points, queries }
}

/** What is recorded must be what was written. */
function checkRead(read: RecordedCollection, { lsn = read.lsn, points = read.points, isRolledBack = false }: Expected): void {
  const told = isRolledBack ? (['rolledBack', ['rolled-back']] as const) : (['intact', []] as const)
  const expected = [lsn, ...told, points]
  const found = [read.lsn, read.dataState, read.notices, read.points]
  for (const [i, part] of found.entries()) {
    if (JSON.stringify(part) === JSON.stringify(expected[i])) continue
    throw new Error(`Of "${read.name}" was read ${JSON.stringify(part)}, and it should be ${JSON.stringify(expected[i])}.`)
  }
}

function turnedOver(bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  const damaged = bytes.slice()
  damaged[at]! ^= 1
  return damaged
}
