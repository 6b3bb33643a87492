import { isVoisinError, type Payload, type Point, type PointId } from '@voisin/spec'
import { expect, test } from 'vitest'
import type { LocalCollection } from './local-collection.ts'
import { type Fault, FaultyStorage } from './testing/faulty-storage.ts'
import { collect, dropDatabase, lookInto, openStored } from './testing/open-stored.ts'

const note = (id: number, text = `note ${id}`): Point => ({ id, vector: Float32Array.of(id, 1, 0), payload: { text } })
const notes = (count: number, from = 0) => Array.from({ length: count }, (_, i) => note(from + i))

type Model = Map<PointId, Point>

interface Step {
  run(collection: LocalCollection<Payload>): Promise<unknown>
  /** What it does to the content; nothing for upkeep. */
  apply?(model: Model): void
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
const checkpoint: Step = { run: (collection) => collection.checkpoint() }

// Every kind of call a storage gets: small and large writes, checkpoints that write, keep, rewrite and sweep blocks.
const STEPS: readonly Step[] = [
  put(notes(3)),
  checkpoint,
  put(notes(14, 3)),
  drop([0, 4, 9]),
  checkpoint,
  put([note(1, 'changed'), note(30)]),
  checkpoint,
  put(notes(12, 2)),
  checkpoint,
  checkpoint,
  drop([30]),
]

async function run(fault: Fault, failAt: number): Promise<{ hasFailed: boolean; calls: number }> {
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
    for (const step of collection === undefined ? [] : STEPS) {
      const outcome = await step.run(collection!).then(
        () => undefined,
        (error: unknown) => error,
      )
      const after = possible.map((model) => {
        const changed = new Map(model)
        step.apply?.(changed)
        return changed
      })
      if (outcome === undefined) possible = after
      else {
        if (!isVoisinError(outcome)) throw outcome
        const isUnknown = outcome.dataState === 'unknown'
        expect([fault, outcome.dataState]).toEqual([fault, isUnknown ? 'unknown' : 'intact'])
        if (isUnknown) possible = [...possible, ...after]
      }
    }
    if (collection !== undefined) {
      const here = await collect(collection.scroll({ withVector: true }))
      await collection.close()
      expectOneOf(possible, here)
    }
    const { points, dataState } = await lookInto(database)
    expectOneOf(possible, points)
    expect(dataState).toBe('intact')
    return { hasFailed: storage!.hasFailed, calls: storage!.calls }
  } finally {
    await dropDatabase(database)
  }
}

function expectOneOf(possible: readonly Model[], points: readonly Point[]): void {
  const match = possible.find((model) => JSON.stringify(sorted([...model.values()])) === JSON.stringify(sorted(points)))
  // Where none matches, the difference to the last is shown.
  if (match === undefined) expect(sorted(points)).toEqual(sorted([...possible.at(-1)!.values()]))
}

const sorted = (points: readonly Point[]) =>
  points
    .map(({ id, vector, payload }) => ({ id: id as number, vector: vector && [...vector], payload }))
    .toSorted((a, b) => a.id - b.id)

test.each<[string, Fault]>([
  ['request', 'request'],
  ['commit', 'commit'],
  ['word of a commit', 'word'],
])('whichever %s fails, each write is there whole or not at all, and the collection works on', async (_, fault) => {
  let failures = 0
  for (let failAt = 1; ; failAt++) {
    const { hasFailed } = await run(fault, failAt)
    if (!hasFailed) break
    failures++
  }
  // The loop ends when there is no such call any more: it must have met a good many before.
  expect(failures).toBeGreaterThan(fault === 'request' ? 60 : 15)
})
