import { HnswIndex } from '@voisin/index'
import { openCollection } from '@voisin/store'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { LAYOUTS } from './database-dump.ts'
import { expectGoldenLibrary } from './golden-library.ts'
import { GoldenDatabases } from './golden-tests.ts'
import { type RecordedStore, schemaOf } from './store-recorded.ts'

const goldens = new GoldenDatabases(
  LAYOUTS[1],
  import.meta.glob<string>('./golden/store-v1/*.bin', { query: '?url', import: 'default', eager: true }),
  import.meta.glob<RecordedStore>('./golden/store-v1/*.json', { import: 'default', eager: true }),
)

const NAMES = [
  'checkpointed',
  'damaged-middle',
  'damaged-tail',
  'large-write',
  'library',
  'linked',
  'log-only',
  'named-vectors',
  'two-collections',
]

test('every golden database of format version 1 is here', () => {
  expect(goldens.names).toEqual(NAMES)
})

describe.each(NAMES)('the %s database of format version 1', (name) => {
  goldens.test(name)
})

test('the graph that was stored is read, and only what came after it is linked', async () => {
  const database = await goldens.restored('linked')
  const { name, schema } = goldens.recorded('linked').collections[0]!
  const { linkSteps } = HnswIndex.prototype
  const hadGraph: boolean[] = []
  const linked = Promise.withResolvers<void>()
  const spy = vi.spyOn(HnswIndex.prototype, 'linkSteps').mockImplementation(function* (this: HnswIndex) {
    hadGraph.push(this.hasGraph)
    yield* linkSteps.call(this)
    linked.resolve()
  })
  onTestFinished(() => spy.mockRestore())
  const numbers = await openCollection(name, { ...schemaOf(schema), database, worker: false })
  onTestFinished(() => numbers.close())
  await linked.promise
  expect(hadGraph).toEqual([true])
})

test.each(['two-collections', 'library'])(
  'the library of format version 1 (%s) gives its documents as they were added',
  async (name) => {
    await expectGoldenLibrary(await goldens.restored(name))
  },
)
