import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planBatches } from './batcher.ts'

describe('planBatches', () => {
  test('puts each position into exactly one batch, within the limits', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 300 })
    const limits = fc.record({ maxTokens: fc.integer({ min: 1, max: 2000 }), maxTexts: fc.integer({ min: 1, max: 64 }) })
    fc.assert(
      fc.property(lengths, limits, (lengths, limits) => {
        const batches = planBatches(lengths, limits)
        const positions = batches.flatMap((batch) => Array.from(batch))
        expect(positions.toSorted((a, b) => a - b)).toEqual(lengths.map((_, position) => position))
        for (const batch of batches) {
          const widest = Math.max(...Array.from(batch, (position) => lengths[position]!))
          expect(batch.length).toBeLessThanOrEqual(limits.maxTexts)
          if (batch.length > 1) expect(batch.length * widest).toBeLessThanOrEqual(limits.maxTokens)
        }
      }),
    )
  })

  test('puts texts of like length together, longest first', () => {
    const batches = planBatches([2, 9, 2, 8, 1], { maxTokens: 18, maxTexts: 3 })
    expect(batches.map((batch) => Array.from(batch))).toEqual([
      [1, 3],
      [0, 2, 4],
    ])
  })

  test('has no batches for no texts', () => {
    expect(planBatches([], { maxTokens: 10, maxTexts: 10 })).toEqual([])
  })
})
