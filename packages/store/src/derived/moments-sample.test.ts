import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IdTable } from '../points/id-table.ts'
import { MomentsSample } from './moments-sample.ts'
import { VectorPart } from './vector-part.ts'

/** Points of one number each, and what their distances from 0 say. */
async function population(values: ReadonlyMap<number | string, number>) {
  const part = await VectorPart.create({ dim: 1, metric: 'l2' })
  const ids = new IdTable()
  for (const id of values.keys()) ids.assign(id)
  part.add(
    [...values.keys()].map((id) => ids.offset(id)!),
    Float32Array.from(values.values()),
  )
  const squares = [...values.values()].map((value) => value ** 2)
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length
  const deviation = Math.sqrt(squares.reduce((sum, square) => sum + (square - mean) ** 2, 0) / squares.length)
  return { part, ids, mean, deviation }
}

const ORIGIN = Float32Array.of(0)

test('of few vectors all are measured', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 50 }), async (numbers) => {
      const { part, ids, mean, deviation } = await population(new Map(numbers.entries()))
      const moments = new MomentsSample().moments(ORIGIN, part, ids)
      expect(moments.mean).toBeCloseTo(mean, 3)
      expect(moments.deviation).toBeCloseTo(deviation, 3)
      part.close()
    }),
    { numRuns: 30 },
  )
})

test('of many a sample says nearly the same, whatever ids they have', async () => {
  for (const idOf of [
    (i: number) => i,
    (i: number) => `note ${i}`,
    (i: number) => i * 1024,
    (i: number) => `${i}/${'x'.repeat(40)}`,
  ]) {
    const { part, ids, mean, deviation } = await population(
      new Map(Array.from({ length: 20_000 }, (_, i) => [idOf(i), Math.sin(i * i) * 3])),
    )
    const moments = new MomentsSample().moments(ORIGIN, part, ids)
    expect(Math.abs(moments.mean - mean)).toBeLessThan(deviation / 8)
    expect(moments.deviation / deviation).toBeGreaterThan(0.9)
    expect(moments.deviation / deviation).toBeLessThan(1.1)
    part.close()
  }
})

test('the same points give the same moments in whatever order they came', async () => {
  const entries = Array.from({ length: 6_000 }, (_, i) => [`note ${i}`, i % 17] as const)
  const one = await population(new Map(entries))
  const other = await population(new Map(entries.toReversed()))
  const [a, b] = [one, other].map(({ part, ids }) => new MomentsSample().moments(ORIGIN, part, ids))
  expect(b!.mean).toBeCloseTo(a!.mean, 9)
  expect(b!.deviation).toBeCloseTo(a!.deviation, 9)
})

test('what came, went and was numbered anew is in it', async () => {
  const { part, ids } = await population(new Map(Array.from({ length: 10 }, (_, i) => [i, i])))
  const sample = new MomentsSample()
  const meanNow = () => sample.moments(ORIGIN, part, ids).mean
  expect(meanNow()).toBeCloseTo(28.5, 6)
  part.delete(ids.release(9)!)
  sample.changed()
  expect(meanNow()).toBeCloseTo(204 / 9, 6)
  part.add([ids.nextOffset], Float32Array.of(6))
  ids.assign('new')
  sample.changed()
  expect(meanNow()).toBeCloseTo(24, 6)
  const live = [...ids.liveOffsets()]
  const renumbered = new IdTable()
  for (const offset of live) renumbered.assign(ids.id(offset)!)
  part.renumber((offset) => live.indexOf(offset))
  sample.renumbered()
  expect(sample.moments(ORIGIN, part, renumbered).mean).toBeCloseTo(24, 6)
})

test('no vectors have no moments', async () => {
  const { part, ids } = await population(new Map())
  expect(new MomentsSample().moments(ORIGIN, part, ids)).toEqual({ mean: 0, deviation: 0 })
})
