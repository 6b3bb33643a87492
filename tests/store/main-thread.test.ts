import type { PointBatch, VectorBatch } from '@voisin/spec'
import { expect, test } from 'vitest'
import { callsPerTurn } from '../support/calls-per-turn.ts'
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

/** How many payloads are read in each turn of this thread while `work` runs. */
function payloadsPerTurn(points: Columns, work: (watched: Columns) => Promise<unknown>): Promise<number[]> {
  return callsPerTurn((called) => {
    const watch = {
      ownKeys(payload: Note) {
        called()
        return Reflect.ownKeys(payload)
      },
    }
    return work({ ...points, payloads: points.payloads.map((payload) => new Proxy(payload, watch)) })
  })
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

test.each(KINDS)('ten thousand points %s are taken a few at a time, in many turns', async (_, transfer, shape) => {
  const { notes } = await openTab(tempDatabase(), { dim: DIM, worker: true, fields: {} })
  const points = batch(0)
  const turns = await payloadsPerTurn(points, (watched) => notes.upsert(shape(watched), { transfer }))
  expect(points.vectors.data.length).toBe(transfer ? 0 : COUNT * DIM)
  expect(await notes.count()).toBe(COUNT)
  // The call itself takes the first five hundred, so that of a small write nothing is awaited; then come slices of six looks at the clock.
  const [first, ...others] = turns.filter((payloads) => payloads > 0)
  const readsPerPayload = turns.reduce((sum, payloads) => sum + payloads, 0) / COUNT
  expect(readsPerPayload).toBeGreaterThanOrEqual(1)
  expect(first).toBeLessThanOrEqual(500 * readsPerPayload)
  expect(Math.max(...others)).toBeLessThan(100 * readsPerPayload)
})

test('numbers are not looked at in this thread: they are gone when they are refused', async () => {
  const { notes } = await openTab(tempDatabase(), { dim: DIM, worker: true })
  const { ids, vectors, payloads } = batch(0)
  vectors.data[COUNT * DIM - 1] = Number.NaN
  expect(await failureOf(notes.upsert({ ids, vectors, payloads }, { transfer: true }))).toMatchObject({ code: 'invalid-vector' })
  expect(vectors.data.length).toBe(0)
})

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
