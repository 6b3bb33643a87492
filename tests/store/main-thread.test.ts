import type { PointBatch, VectorBatch } from '@voisin/spec'
import { expect, test } from 'vitest'
import { failureOf, type Note, openTab } from '../support/note-tabs.ts'
import { tempDatabase } from '../support/temp-database.ts'

const DIM = 384
const COUNT = 10_000

function batch(from: number): Columns {
  const data = new Float32Array(COUNT * DIM)
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * 0.37 + from)
  const texts = Array.from({ length: COUNT }, (_, i) => ({ text: `note ${from + i} about bread, harbours and quartz` }))
  return { ids: texts.map((_, i) => from + i), vectors: { data, count: COUNT, dim: DIM }, payloads: texts }
}

/** The longest that this thread gave no turn to anybody else while `work` ran, in milliseconds. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  const { port1, port2 } = new MessageChannel()
  let longest = 0
  let last = performance.now()
  const beat = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  port1.onmessage = () => {
    beat()
    port2.postMessage(null)
  }
  port2.postMessage(null)
  const working = work()
  // What the call itself takes, before anything is awaited.
  beat()
  await working
  beat()
  port1.close()
  return longest
}

/** What nobody can save: the ids and payloads have to be copied once to get to another thread. In milliseconds. */
function costOfCopying({ ids, payloads }: Columns): number {
  const begun = performance.now()
  structuredClone({ ids, payloads })
  return performance.now() - begun
}

type Columns = PointBatch<Note> & { readonly vectors: VectorBatch }

const KINDS = [
  ['in columns that are given away', true, (points: Columns) => points],
  ['in columns that are kept', false, (points: Columns) => points],
  [
    'one by one',
    false,
    ({ ids, vectors, payloads }: Columns) =>
      ids.map((id, i) => ({ id, vector: vectors.data.subarray(i * DIM, (i + 1) * DIM), payload: payloads[i]! })),
  ],
] as const

test.each(KINDS)(
  'ten thousand points %s hold the page up no longer than it takes to hand them over',
  async (_, transfer, shape) => {
    const { notes } = await openTab(tempDatabase(), { dim: DIM, worker: true, fields: {} })
    const costs: number[] = []
    const blocks: number[] = []
    for (let round = 0; round < 4; round++) {
      const points = batch(round * COUNT)
      costs.push(costOfCopying(points), costOfCopying(points))
      blocks.push(await longestBlock(() => notes.upsert(shape(points), { transfer })))
      expect(points.vectors.data.length).toBe(transfer ? 0 : COUNT * DIM)
    }
    // About a frame where this was measured: 3.6 ms to copy, and 27 ms and more where numbers were checked and payloads encoded here.
    expect(Math.min(...blocks)).toBeLessThan(4 * Math.min(...costs))
  },
)

test('vectors that are refused are not taken away', async () => {
  const { notes } = await openTab(tempDatabase(), { dim: DIM, worker: true })
  const good = batch(0)
  const wrong: readonly Columns[] = [
    { ...good, ids: good.ids.slice(1) },
    { ...good, payloads: good.payloads.slice(1) },
    { ...good, payloads: good.payloads.with(7, null as never) },
    { ...good, ids: good.ids.with(7, -1) },
  ]
  for (const points of wrong) {
    await failureOf(notes.upsert(points, { transfer: true }))
    expect(good.vectors.data.length).toBe(COUNT * DIM)
  }
  expect(await notes.count()).toBe(0)
})
