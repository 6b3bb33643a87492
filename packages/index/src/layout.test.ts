import { expect, test } from 'vitest'
import { flatLayout, grownLayout } from './layout.ts'

const limit = expect.objectContaining({ code: 'limit-exceeded' })

test('no region of a layout reaches into the next', () => {
  for (const metric of ['cosine', 'l2'] as const)
    for (const dim of [1, 3, 4, 5, 384, 4095, 4096])
      for (const capacity of [0, 1, 64, 65, 1000]) {
        const layout = flatLayout(dim, metric, capacity)
        expect(layout.capacity).toBeGreaterThanOrEqual(capacity)
        expect(layout.rowBytes).toBeGreaterThanOrEqual(dim * 4)
        const ends = [
          [layout.batch + 304, layout.moments],
          [layout.moments + 16, layout.query],
          [layout.query + layout.rowBytes, layout.vectors],
          [layout.vectors + layout.capacity * layout.rowBytes, layout.norms],
          [layout.norms + (metric === 'cosine' ? layout.capacity * 4 : 0), layout.live],
          [layout.live + layout.capacity / 8, layout.allow],
          [layout.allow + layout.capacity / 8, layout.scratch],
        ] as const
        for (const [end, next] of ends) expect(end).toBeLessThanOrEqual(next)
        for (const at of [layout.batch, layout.moments, layout.query, layout.vectors, layout.norms, layout.live, layout.allow])
          expect(at % 16).toBe(0)
      }
})

test('a layout grows by half until memory ends, then to what fits, then not at all', () => {
  expect(grownLayout(384, 'cosine', 1000, 1001).capacity).toBe(1536)
  expect(grownLayout(384, 'cosine', 64, 100_000).capacity).toBe(100_032)
  const near = grownLayout(384, 'cosine', 2_000_000, 2_000_001)
  expect(near.capacity).toBeGreaterThan(2_000_000)
  expect(near.scratch).toBeLessThan(2 ** 32)
  let capacity = 64
  expect(() => {
    while (capacity < 10_000_000) capacity = grownLayout(384, 'cosine', capacity, capacity + 1).capacity
  }).toThrow(limit)
  expect(capacity * (384 * 4 + 4)).toBeGreaterThan(0.99 * 2 ** 32)
})
