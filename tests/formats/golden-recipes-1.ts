import type { Payload, Point } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { decodeDump, dumpDatabase, LAYOUTS } from './database-dump.ts'
import { byText, byVector, type Expected, expectedOf, type Recipes, turnedOver } from './golden-recipe.ts'
import { SMALL_CHANGES, SMALL_SCHEMA, vectorOf } from './golden-writes.ts'
import { digestOf, type RecordedSchema } from './store-recorded.ts'
import { type Change, WrittenCollection } from './written-collection.ts'

// What format version 1 has beside what version 0 had.

const NAMED_SCHEMA = {
  vectors: { title: { dim: 3, metric: 'l2' }, body: { dim: 4, metric: 'cosine' } },
  fields: { text: 'text', year: 'number' },
} as unknown as RecordedSchema

const named = (id: string, seed: number, names: readonly ('title' | 'body')[], text: string): Point<Payload> => ({
  id,
  vectors: Object.fromEntries(names.map((name) => [name, vectorOf(seed, name === 'title' ? 3 : 4)])),
  payload: { text, year: 2_000 + seed },
})

const NAMED_CHANGES: readonly Change[] = [
  {
    upsert: [
      named('both', 1, ['title', 'body'], 'A heron stands in the reeds'),
      named('title', 2, ['title'], 'A title alone'),
      named('body', 3, ['body'], 'A body alone'),
      named('neither', 4, [], 'Nothing but words of a heron'),
    ],
  },
  {
    upsert: [named('title', 5, ['title', 'body'], 'A title with a body now')],
    update: [{ ids: ['body'], payload: { year: 1 } }],
  },
  { delete: ['neither'] },
]
const NAMED_LATER: readonly Change[] = [
  { upsert: [named('late', 6, ['body'], 'A late heron'), named('both', 7, ['title'], 'It lost its body')] },
]

const LINKED_SCHEMA: RecordedSchema = { dim: 4, metric: 'cosine', fields: { text: 'text', number: 'number' } }
const LINKED_COUNT = 1_500
/** Where the record of a block's body has the kind of the block. */
const KIND_BYTE = 36
const LINKS = 3

const linkedPoint = (number: number, seed = number): Point<Payload> => ({
  id: number,
  vector: vectorOf(seed, 4),
  payload: { text: `Number ${number} of ${number % 7}`, number },
})

const LINKED_CHANGES: readonly Change[] = [{ upsert: Array.from({ length: LINKED_COUNT }, (_, number) => linkedPoint(number)) }]
const LINKED_LATER: readonly Change[] = [
  { delete: Array.from({ length: 40 }, (_, i) => i * 31) },
  { upsert: Array.from({ length: 20 }, (_, i) => linkedPoint(i * 7 + 1, 5_000 + i)) },
  { update: [{ ids: [2, 3, 5], payload: { text: 'Changed since' } }] },
]

async function linksOf(database: string): Promise<number> {
  const records = await decodeDump(await dumpDatabase(database, LAYOUTS[1]), LAYOUTS[1])
  return records.filter(({ store, key, value }) => store === 'blocks' && (key as number[])[2] === 1 && value[KIND_BYTE] === LINKS)
    .length
}

/** What is told of an entry that is damaged. */
export const DAMAGED = { dataState: 'partial', notices: ['data-loss'] } as const

export const RECIPES_1: Recipes = {
  'named-vectors': {
    description:
      'Points with two vectors, one or none, each write followed by a checkpoint, one replaced, updated, deleted; then a write that only ' +
      'the log has.',
    async make(database) {
      const notes = new WrittenCollection(database, 'named', NAMED_SCHEMA)
      await notes.writeAndCheckpoint(NAMED_CHANGES)
      await notes.write(NAMED_LATER)
      const queries = [byVector(vectorOf(500, 3), 'title'), byVector(vectorOf(501, 4), 'body'), byText('heron')]
      return [expectedOf(notes, queries)]
    },
  },
  linked: {
    description:
      '1,500 points whose graph and words were stored; then 40 deleted, 20 replaced and 3 updated, which only the log has.',
    async make(database) {
      const numbers = new WrittenCollection(database, 'numbers', LINKED_SCHEMA)
      await numbers.writeAndCheckpoint(LINKED_CHANGES)
      const { dim, metric, fields } = LINKED_SCHEMA
      const opened = await openCollection('numbers', { dim, metric, fields, database, worker: false })
      // It is linked when it is quiet, and its links are stored when it has been so for a while.
      while ((await linksOf(database)) === 0) await new Promise((resolve) => setTimeout(resolve, 500))
      await opened.close()
      await numbers.write(LINKED_LATER)
      const { lsn, name, schema, points } = numbers
      const queries = [byVector(vectorOf(510, 4)), byVector(vectorOf(511, 4)), byText('changed since'), byText('number 77')]
      return [{ name, schema, lsn, points: [], digest: await digestOf(points), queries } satisfies Expected]
    },
  },
  'damaged-middle': {
    description:
      'The first two writes of log-only, one more and one after it; then one bit of the third is turned over: it alone is missing, and that is told.',
    async make(database) {
      const notes = new WrittenCollection(database, 'notes', SMALL_SCHEMA)
      await notes.write(SMALL_CHANGES.slice(0, 2))
      const lost = new WrittenCollection(database, 'notes', SMALL_SCHEMA)
      await lost.write([{ upsert: [{ id: 'lost', vector: vectorOf(14, 3), payload: { title: 'Lost' } }] }])
      await notes.write([{ upsert: [{ id: 'after it', vector: vectorOf(15, 3), payload: { title: 'Lanterns after it' } }] }])
      const queries = [byVector(vectorOf(500, 3)), byText('lanterns')]
      return [{ ...expectedOf(notes, queries), ...DAMAGED }]
    },
    damage(records) {
      const third = records.filter(({ store }) => store === 'entries')[2]
      return records.map((record) => (record === third ? { ...record, value: turnedOver(record.value, 60) } : record))
    },
  },
}
