import { expect, test } from 'vitest'
import { blockRows, planBatch } from './plan.ts'

const MIB = 2 ** 20
const DEFAULTS = { maxStorageBufferBindingSize: 128 * MIB, maxBufferSize: 256 * MIB }

test('a block stays within a binding, a multiple of 32 rows, at every dim', () => {
  for (const limits of [
    DEFAULTS,
    { maxStorageBufferBindingSize: 1024 * MIB, maxBufferSize: 1024 * MIB },
    { ...DEFAULTS, maxBufferSize: MIB },
  ]) {
    for (const length of [4, 128, 384, 388, 1536, 4096]) {
      const rows = blockRows(length * 4, limits)
      expect(rows % 32).toBe(0)
      expect(rows).toBeGreaterThan(0)
      expect(rows * length * 4).toBeLessThanOrEqual(Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize))
    }
  }
})

test('a batch has as many queries as its scratch buffers can hold', () => {
  expect(planBatch(5, 10, 1000, DEFAULTS).queries).toBe(5)
  expect(planBatch(1000, 10, 32_768, DEFAULTS).queries).toBe(256)
  for (const k of [1, 100, 2048, 100_000, 4_000_000, 16_000_000]) {
    const { queries, keysBytes, candidatesBytes, nearestBytes } = planBatch(1000, k, 32_768, DEFAULTS)
    expect(queries).toBeGreaterThan(0)
    for (const bytes of [keysBytes, candidatesBytes, nearestBytes]) {
      expect(queries * bytes).toBeLessThanOrEqual(queries === 1 ? 128 * MIB : 32 * MIB)
    }
  }
})

test('a k that no buffer can hold is refused', () => {
  expect(() => planBatch(1, 20_000_000, 32_768, DEFAULTS)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }))
})
