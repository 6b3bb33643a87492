import { listCollections } from '@voisin/store'
import { openLibrary } from 'voisin'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { LAYOUTS } from './database-dump.ts'
import { byText, byVector, type Expected, expectedOf, type GoldenFormat, type Recipes, turnedOver } from './golden-recipe.ts'
import { DAMAGED, RECIPES_1 } from './golden-recipes-1.ts'
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
import { WrittenCollection } from './written-collection.ts'

// How the golden databases were made; write-golden-stores.mjs says how to do it again, by the code of then.

const SMALL_QUERIES = [byVector(vectorOf(500, 3)), byVector(vectorOf(501, 3)), byText('lanterns'), byText('harbour')]

/**
 * Those of every format.
 * @param log The object store of log entries.
 * @param told What is told where its last entry is damaged.
 */
const commonRecipes = (log: string, told: Pick<Expected, 'dataState' | 'notices'>): Recipes => ({
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
      return [
        expectedOf(pages, [byVector(vectorOf(502, 4)), byVector(vectorOf(503, 4)), byText('compass'), byText('replaced first')]),
      ]
    },
  },
  'large-write': {
    description:
      'Four writes and no checkpoint; the second is above 1 MiB, so that its points are in blocks that its log entry names, beside an ' +
      'update and deletions of the same write. Later writes change points of those blocks.',
    async make(database) {
      const book = new WrittenCollection(database, 'book', LARGE_SCHEMA)
      await book.write(LARGE_CHANGES)
      return [expectedOf(book, [byVector(vectorOf(504, 4)), byVector(vectorOf(505, 4)), byText('short'), byText('cover')])]
    },
  },
  'damaged-tail': {
    description:
      'The writes of log-only, and then one bit of the last log entry is turned over: what is shown is what was there before that write.',
    async make(database) {
      const notes = new WrittenCollection(database, 'notes', SMALL_SCHEMA)
      await notes.write(SMALL_CHANGES.slice(0, -1))
      // Whether the number of the damaged one is given again is a matter of the version.
      const { lsn: _, ...expected } = expectedOf(notes, SMALL_QUERIES)
      await notes.write(SMALL_CHANGES.slice(-1))
      return [{ ...expected, ...told }]
    },
    damage(records) {
      const last = records.findLast(({ store }) => store === log)
      return records.map((record) => (record === last ? { ...record, value: turnedOver(record.value, 60) } : record))
    },
  },
  'two-collections': {
    description:
      'A library made by openLibrary with the fake embedder of tests/support (16 elements): five documents added, one of them replaced, ' +
      'one removed, and the library closed. The number field year of its metadata is declared. Written while a library was two collections; ' +
      'later code would write one.',
    make: makeLibrary,
  },
})

/** By openLibrary, as it writes libraries now. */
async function makeLibrary(database: string): Promise<readonly Expected[]> {
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
}

const LIBRARY_1: Recipes = {
  library: {
    description: 'The library of two-collections, written when a library was one collection: documents, texts and chunks.',
    make: makeLibrary,
  },
}

/** By version. */
export const FORMATS: readonly GoldenFormat[] = [
  { version: 0, layout: LAYOUTS[0], recipes: commonRecipes('log', { dataState: 'rolledBack', notices: ['rolled-back'] }) },
  { version: 1, layout: LAYOUTS[1], recipes: { ...commonRecipes('entries', DAMAGED), ...RECIPES_1, ...LIBRARY_1 } },
]
