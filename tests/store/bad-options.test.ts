import { deleteCollection, listCollections, openCollection, salvageCollection } from '@voisin/store'
import { describe, expect, test } from 'vitest'
import { collect, failureOf, lookInto, storedNotes } from '../support/note-tabs.ts'
import { tempDatabase } from '../support/temp-database.ts'

/** Options that are wrong, and what the error has to name. */
const WRONG: readonly (readonly [options: unknown, names: RegExp])[] = [
  [null, /options/],
  [undefined, /options/],
  [5, /options/],
  ['notes', /options/],
  [[], /options|dim/],
  [{}, /dim/],
  [{ dim: '3' }, /dim/],
  [{ dim: null }, /dim/],
  [{ dim: 0 }, /dim/],
  [{ dim: 1.5 }, /dim/],
  [{ dim: 4097 }, /dim/],
  [{ dim: Number.NaN }, /dim/],
  [{ dim: 3, vectors: { title: { dim: 3 } } }, /dim|vectors/],
  [{ vectors: null }, /vectors/],
  [{ vectors: {} }, /vectors/],
  [{ vectors: [] }, /vectors/],
  [{ vectors: { title: null } }, /title/],
  [{ vectors: { title: {} } }, /dim/],
  [{ vectors: { title: { dim: '3' } } }, /dim/],
  [{ vectors: { title: { dim: 3, metrc: 'l2' } } }, /metrc/],
  [{ vectors: { title: { dim: 3, metric: 'euclid' } } }, /metric/],
  [{ vectors: { '': { dim: 3 } } }, /vectors|name/],
  [{ dim: 3, metric: 'euclid' }, /metric/],
  [{ dim: 3, metric: null }, /metric/],
  [{ dim: 3, metric: 5 }, /metric/],
  [{ dim: 3, model: 5 }, /model/],
  [{ dim: 3, model: null }, /model/],
  [{ dim: 3, model: {} }, /model/],
  [{ dim: 3, fields: null }, /fields/],
  [{ dim: 3, fields: 'text' }, /fields/],
  [{ dim: 3, fields: ['text'] }, /field/],
  [{ dim: 3, fields: { text: 'words' } }, /text/],
  [{ dim: 3, fields: { text: null } }, /text/],
  [{ dim: 3, fields: { text: {} } }, /text/],
  [{ dim: 3, database: '' }, /database/],
  [{ dim: 3, database: 5 }, /database/],
  [{ dim: 3, database: null }, /database/],
  [{ dim: 3, durability: 'disk' }, /durability/],
  [{ dim: 3, durability: null }, /durability/],
  [{ dim: 3, durability: 5 }, /durability/],
  [{ dim: 3, worker: 'yes' }, /worker/],
  [{ dim: 3, worker: null }, /worker/],
  [{ dim: 3, worker: () => 'no worker' }, /worker/],
  [{ dim: 3, goOn: 'yes' }, /goOn/],
  [{ dim: 3, goOn: null }, /goOn/],
  [{ dim: 3, onNotice: 'shout' }, /onNotice/],
  [{ dim: 3, onNotice: null }, /onNotice/],
  [{ dim: 3, onProgress: {} }, /onProgress/],
  [{ dim: 3, signal: {} }, /signal/],
  [{ dim: 3, signal: 'stop' }, /signal/],
  [{ dim: 3, signal: { aborted: false } }, /signal/],
  [{ dim: 3, checkpointAfter: null }, /checkpointAfter/],
  [{ dim: 3, checkpointAfter: 5 }, /checkpointAfter/],
  [{ dim: 3, checkpointAfter: { entries: '5' } }, /entries/],
  [{ dim: 3, checkpointAfter: { entries: -1 } }, /entries/],
  [{ dim: 3, checkpointAfter: { bytes: Number.NaN } }, /bytes/],
  [{ dim: 3, checkpointAfter: { entry: 5 } }, /entry/],
  [{ dim: 3, deadlineMs: '5' }, /deadlineMs/],
  [{ dim: 3, deadlineMs: -1 }, /deadlineMs/],
  [{ dim: 3, deadlineMs: Number.NaN }, /deadlineMs/],
  // Misspelt: what is not known is not passed over.
  [{ dim: 3, dimension: 3 }, /dimension/],
  [{ dim: 3, field: { text: 'text' } }, /field/],
  [{ dim: 3, durabilty: 'process' }, /durabilty/],
  [{ dim: 3, dataBase: 'x' }, /dataBase/],
  [{ dim: 3, go_on: true }, /go_on/],
  [{ dim: 3, onNotices: () => {} }, /onNotices/],
]

const spelled = (value: unknown) =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'function' ? 'a function' : inner)) ?? 'undefined'

const isObject = (options: unknown): options is Record<string, unknown> =>
  typeof options === 'object' && options !== null && !Array.isArray(options)

describe.each<[string, { readonly worker?: boolean; readonly durability?: string }]>([
  ['here', { worker: false }],
  ['in a worker', {}],
  ['in memory', { durability: 'memory' }],
])('openCollection %s', (_, mode) => {
  // Without a worker nobody asks the function what it makes.
  const wrong = WRONG.filter(
    ([options]) => mode.durability !== 'memory' || !isObject(options) || typeof options.worker !== 'function',
  )
  test.each(wrong.map(([options, names]) => [spelled(options), options, names] as const))(
    'refuses %s',
    async (_, options, names) => {
      const database = `never-${crypto.randomUUID()}`
      const whole = isObject(options) ? { database, ...mode, ...options } : options
      const error = await failureOf(() => openCollection('notes', whole as never))
      expect(error).toMatchObject({ code: 'invalid-argument', dataState: 'intact', retryable: false })
      expect(error.message).toMatch(names)
      expect([typeof error.expected, typeof error.received]).toEqual(['string', 'string'])
      // Nothing was made.
      expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain(database)
    },
  )

  test.each([[''], ['x'.repeat(513)], [null], [undefined], [5], [{}]])('refuses the name %j', async (name) => {
    const error = await failureOf(() => openCollection(name as never, { dim: 3, ...mode } as never))
    expect(error.code).toBe('invalid-argument')
    expect(error.message).toMatch(/name/)
  })
})

test.each([
  [null, /options/],
  [5, /options/],
  [{ database: '' }, /database/],
  [{ database: 5 }, /database/],
  [{ database: null }, /database/],
  [{ databse: 'x' }, /databse/],
])('the verbs of a whole database refuse %j', async (options, names) => {
  const database = await storedNotes([{ write: 2 }])
  for (const call of [
    () => listCollections(options as never),
    () => deleteCollection('notes', options as never),
    () => collect(salvageCollection('notes', options as never)),
  ]) {
    const error = await failureOf(call)
    expect(error.code).toBe('invalid-argument')
    expect(error.message).toMatch(names)
  }
  expect((await lookInto(database)).ids).toEqual([0, 1])
})

test.each([[''], [null], [undefined], [5]])('no collection named %j can be deleted or salvaged', async (name) => {
  const database = tempDatabase()
  expect((await failureOf(() => deleteCollection(name as never, { database }))).code).toBe('invalid-argument')
  expect((await failureOf(() => collect(salvageCollection(name as never, { database })))).code).toBe('invalid-argument')
  expect((await failureOf(() => collect(salvageCollection('notes', { database, signal: {} } as never)))).code).toBe(
    'invalid-argument',
  )
})
