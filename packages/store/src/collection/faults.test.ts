import { isVoisinError, type Payload, type Point, type PointId } from '@voisin/spec'
import { expect, test } from 'vitest'
import { openManifest } from '../checkpoint/manifest.ts'
import { type Fault, FaultyStorage } from '../testing/faulty-storage.ts'
import { blocksOf } from '../testing/notes.ts'
import { collect, dropDatabase, lookInto, openStored, type StoredCollection, underneath } from '../testing/open-stored.ts'

const note = (id: number, text = `note ${id}`): Point => ({ id, vector: Float32Array.of(id, 1, 0), payload: { text, n: id % 4 } })
const notes = (count: number, from = 0) => Array.from({ length: count }, (_, i) => note(from + i))

type Model = Map<PointId, Point>

interface Step {
  run(collection: StoredCollection): Promise<unknown>
  /** What it does to the content; nothing for upkeep. */
  apply?(model: Model): void
  /** Whether it may be done, for a write that says what it expects. */
  expects?(model: Model): boolean
}

const put = (points: readonly Point[]): Step => ({
  run: (collection) => collection.upsert(points),
  apply: (model) => {
    for (const point of points) model.set(point.id, point)
  },
})
const drop = (ids: readonly PointId[]): Step => ({
  run: (collection) => collection.delete(ids),
  apply: (model) => {
    for (const id of ids) model.delete(id)
  },
})
const merge = (model: Model, ids: readonly PointId[], payload: Payload) => {
  for (const id of ids) {
    const point = model.get(id)
    if (point !== undefined) model.set(id, { ...point, payload: { ...point.payload, ...payload } })
  }
}
const change = (ids: readonly PointId[], payload: Payload): Step => ({
  run: (collection) => collection.update(ids, payload),
  apply: (model) => merge(model, ids, payload),
})
const idsWhere = (model: Model, n: number) => [...model].filter(([, { payload }]) => payload.n === n).map(([id]) => id)
const dropWhere = (n: number): Step => ({
  run: (collection) => collection.delete({ filter: { n } }),
  apply: (model) => {
    for (const id of idsWhere(model, n)) model.delete(id)
  },
})
/** Everything that one write may do, on condition. */
const writeIf = (count: number): Step => ({
  run: (collection) =>
    collection.write(
      { upsert: [note(40), note(5, 'replaced')], update: [{ ids: [6, 40, 99], payload: { text: 'patched' } }], delete: [7] },
      { expect: { filter: { n: 3 }, count } },
    ),
  expects: (model) => idsWhere(model, 3).length === count,
  apply: (model) => {
    for (const point of [note(40), note(5, 'replaced')]) model.set(point.id, point)
    merge(model, [6, 40, 99], { text: 'patched' })
    model.delete(7)
  },
})
const checkpoint: Step = { run: (collection) => collection.checkpoint() }
const purge: Step = { run: (collection) => collection.local.purge() }
const vacuum: Step = { run: (collection) => collection.vacuum() }

// Every kind of call a storage gets: small and large writes, checkpoints that write, keep, rewrite and sweep blocks, purges.
const STEPS: readonly Step[] = [
  put(notes(3)),
  checkpoint,
  put(notes(14, 3)),
  drop([0, 4, 9]),
  checkpoint,
  change([1, 5, 99], { text: 'changed', a: 1 }),
  put([note(1, 'replaced'), note(30)]),
  checkpoint,
  purge,
  put(notes(12, 2)),
  writeIf(4),
  writeIf(99),
  checkpoint,
  checkpoint,
  dropWhere(2),
  vacuum,
  drop([30]),
]

/** The calls of one life, one of which fails. */
async function run(fault: Fault, failAt: number): Promise<{ hasFailed: boolean }> {
  const database = `test-${crypto.randomUUID()}`
  let storage: FaultyStorage | undefined
  const through = (inner: ConstructorParameters<typeof FaultyStorage>[0]) => {
    storage = new FaultyStorage(inner, failAt, fault)
    return storage
  }
  // What may be there: what was acknowledged, and what failed without a word on whether it was done.
  let possible: Model[] = [new Map()]
  try {
    const collection = await openStored(database, { through }).catch((error: unknown) => {
      if (!isVoisinError(error)) throw error
      return undefined
    })
    if (collection !== undefined) {
      for (const step of STEPS) possible = await take(step, collection, possible, fault)
      const here = await collect(collection.scroll({ withVector: true }))
      await collection.close()
      expectOneOf(possible, here)
    }
    const { points, dataState, notices } = await lookInto(database)
    expectOneOf(possible, points)
    expect([dataState, notices]).toEqual(['intact', []])
    await expectNothingLeftBehind(database, points)
    return { hasFailed: storage!.hasFailed }
  } finally {
    await dropDatabase(database)
  }
}

async function take(step: Step, collection: StoredCollection, possible: Model[], fault: Fault): Promise<Model[]> {
  const error = await step.run(collection).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  const { expects = () => true } = step
  const after = possible.filter(expects).map((model) => {
    const changed = new Map(model)
    step.apply?.(changed)
    return changed
  })
  if (error === undefined) return after
  if (!isVoisinError(error)) throw error
  if (error.code === 'conflict') return possible.filter((model) => !expects(model))
  const isUnknown = error.dataState === 'unknown'
  expect([fault, error.code, error.dataState]).toEqual([fault, error.code, isUnknown ? 'unknown' : 'intact'])
  return isUnknown ? [...possible, ...after] : possible
}

/** Points in order of first upsert, and all of each. */
const spelled = (points: Iterable<Point>) => JSON.stringify([...points].map(plain))
const plain = ({ id, vector, payload }: Point) => ({ id, vector: vector && [...vector], payload })

function expectOneOf(possible: readonly Model[], points: readonly Point[]): void {
  const isThere = possible.some((model) => spelled(model.values()) === spelled(points))
  // Where none matches, the difference to the last is shown.
  if (!isThere) expect(points.map(plain)).toEqual([...(possible.at(-1)?.values() ?? [])].map(plain))
}

/** Whatever a failure left lying about is gone a few checkpoints later, and the collection is whole. */
async function expectNothingLeftBehind(database: string, points: readonly Point[]): Promise<void> {
  const before = await underneath(database, blocksOf)
  const collection = await openStored(database)
  for (let id = 50; id < 54; id++) {
    await collection.upsert([note(id)])
    expect(await collection.checkpoint()).toBe('done')
  }
  await collection.vacuum()
  await collection.close()
  await underneath(database, async (records) => {
    expect(await records.keys('entries')).toEqual([])
    const keys = await records.keys('manifests')
    expect(keys.map(([, copy]) => copy)).toEqual([0, 1])
    const record = await records.get('manifests', keys[0]!)
    const named = openManifest(record, records.number, keys[0]![0]!).blocks.map(({ reference }) => reference.id)
    const left = await blocksOf(records)
    expect(named.filter((id) => !left.includes(id))).toEqual([])
    expect(left.filter((id) => before.includes(id) && !named.includes(id))).toEqual([])
  })
  expect((await lookInto(database)).points).toEqual([...points, ...notes(4, 50)])
}

test.each<[string, Fault]>([
  ['request', 'request'],
  ['commit', 'commit'],
  ['word of a commit', 'word'],
])(
  'whichever %s fails, each write is there whole or not at all, and the collection works on',
  async (_, fault) => {
    // There are hundreds of requests: every fifth is tried, beginning at one of five, unless all are asked for.
    const step = fault === 'request' && import.meta.env.VITE_EVERY_FAULT === undefined ? 5 : 1
    const first = 1 + Math.floor(Math.random() * step)
    let failures = 0
    for (let failAt = first; ; failAt += step) {
      const { hasFailed } = await run(fault, failAt).catch((cause: unknown) => {
        throw new Error(`when ${fault} ${failAt} fails: ${(cause as Error).message}`, { cause })
      })
      if (!hasFailed) break
      failures++
    }
    // The loop ends when there is no such call any more: it must have met a good many before.
    expect(failures).toBeGreaterThan(fault === 'request' ? 200 / step : 25)
  },
  600_000,
)
