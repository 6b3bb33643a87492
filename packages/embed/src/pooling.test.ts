import { InvalidVectorError, type OnnxModelSource } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { poolInto } from './pooling.ts'

/** Two rows of three tokens of two elements; the second row has two tokens and padding that must not count. */
const states = {
  data: Float32Array.of(1, 0, 0, 2, 5, 4, 3, 0, 0, 4, 90, 90),
  count: 2,
  tokens: 3,
  dim: 2,
  lengths: [3, 2],
}

function pooled(pooling: OnnxModelSource['pooling'], change: Partial<typeof states> = {}): number[] {
  const out = new Float32Array(4)
  poolInto(out, { ...states, ...change }, pooling)
  return Array.from(out)
}

const unit = (...vector: number[]) => vector.map((value) => value / Math.hypot(...vector))

describe('poolInto', () => {
  test.for([
    ['mean', [...unit(6, 6), ...unit(3, 4)]],
    ['cls', [...unit(1, 0), ...unit(3, 0)]],
    ['last', [...unit(5, 4), ...unit(0, 4)]],
  ] as const)('pools by %s, without the padding, to unit length', ([pooling, expected]) => {
    pooled(pooling).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6)
    })
  })

  test.for([
    ['zero', 0],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
  ] as const)('refuses %s', ([, value]) => {
    const data = new Float32Array(12).fill(value)
    for (const pooling of ['mean', 'cls', 'last'] as const) {
      expect(() => pooled(pooling, { data })).toThrow(InvalidVectorError)
    }
  })
})
