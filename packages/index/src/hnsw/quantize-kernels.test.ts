import type { Metric } from '@voisin/spec'
import { expect, test } from 'vitest'
import { METRICS } from '../metric-code.ts'
import { binarize, bitDifference, gapOf, quantize, squaredNorm } from '../reference/codes.ts'
import { DIMS, openSpace, readKeys, WAYS } from '../testing/code-space.ts'
import { bitOf, randomFloats, seeded } from '../testing/random.ts'
import type { Space } from './space.ts'

const cases = METRICS.flatMap((metric) => WAYS.map((way) => [way.way, metric, way] as const))
const EPSILON = 2 ** -23

/** Vectors within the clip and far beyond, half-way between two steps, tiny, huge, zero. */
function vectorsFor(metric: Metric, dim: number, clip: number): Float32Array[] {
  const random = seeded(dim)
  const scaled = (scale: number) => randomFloats(random, dim).map((element) => element * scale)
  const vectors = [
    scaled(clip),
    scaled(clip / 100),
    scaled(clip * 3),
    Float32Array.from({ length: dim }, (_, i) => (i % 7 === 0 ? -1e3 : 0.4) * clip),
    Float32Array.from({ length: dim }, (_, i) => ((i % 127) - 63.5) * (clip / 63)),
    new Float32Array(dim).fill(clip),
    new Float32Array(dim).fill(-2 * clip),
    scaled(1e-25),
    scaled(1e15),
    new Float32Array(dim),
  ]
  return metric === 'cosine' ? vectors.slice(0, -1) : vectors
}

function normOf(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, element) => sum + element * element, 0))
}

/** Writes vectors with their norms and the means; returns what each is multiplied with. */
function writeVectors(space: Space, vectors: readonly Float32Array[], means: Float32Array): number[] {
  const { f32, regions, fixed, vectorBytes, metric } = space
  f32.set(means, fixed.means / 4)
  return vectors.map((vector, i) => {
    f32.set(vector, (regions.at.vectors + i * vectorBytes) / 4)
    if (metric !== 'cosine') return 1
    f32[regions.at.norms / 4 + i] = normOf(vector)
    return 1 / f32[regions.at.norms / 4 + i]!
  })
}

/** Length of what a code leaves out, and of what it stands for. */
function lengthsOf(vector: Float32Array, unit: number, code: Uint8Array, clip: number): { left: number; kept: number } {
  const squares = vector.reduce((sum, element, i) => sum + (element * unit - ((code[i]! - 64) * clip) / 63) ** 2, 0)
  return { left: Math.sqrt(squares), kept: (Math.sqrt(squaredNorm(code)) * clip) / 63 }
}

function expectParts(space: Space, node: number, vector: Float32Array, unit: number, code: Uint8Array, clip: number): void {
  const { f32, regions, metric, dim } = space
  const { left, kept } = lengthsOf(vector, unit, code, clip)
  const rounding = 8 * EPSILON * normOf(vector) * unit
  const error = f32[regions.at.errors / 4 + node]!
  expect(error, `dim ${dim}, error of ${node}`).toBeGreaterThanOrEqual(left - rounding)
  if (left < 1e18) expect(error, `dim ${dim}, error of ${node}`).toBeLessThan((left + clip / 63 / 2000) * 1.001 + rounding)
  if (metric === 'cosine') return
  const length = f32[regions.at.lengths / 4 + node]!
  expect(length, `dim ${dim}, length of ${node}`).toBeGreaterThanOrEqual(kept)
  expect(length, `dim ${dim}, length of ${node}`).toBeLessThanOrEqual(kept * 1.001)
  if (metric === 'dot') return
  const square = Math.fround(vector.reduce((sum, element) => sum + element * element, 0))
  expect(f32[regions.at.squares / 4 + node]).toBe(square)
}

test.each(cases)(
  '%s kernels code a %s vector as the scalar twin does, and know what the code leaves out',
  async (_, metric, way) => {
    for (const dim of DIMS) {
      for (const clip of metric === 'cosine' ? [1 / Math.sqrt(dim)] : [0.3, 1e4]) {
        const vectors = vectorsFor(metric, dim, clip)
        const space = await openSpace(way, { dim, metric, count: vectors.length })
        const means = randomFloats(seeded(dim), dim).map((element) => element * clip)
        const units = writeVectors(space, vectors, means)
        const { u8, u32, regions, codeBytes, bitBytes } = space
        const largest = space.memory.kernels.quantize(0, vectors.length, clip)
        const codes = vectors.map((vector, i) => quantize(vector, clip, units[i]!))
        expect(largest).toBe(Math.max(...codes.map(squaredNorm)))
        for (const [i, code] of codes.entries()) {
          const at = regions.at.codes + i * codeBytes
          expect(u8.slice(at, at + codeBytes), `dim ${dim}, code of ${i}`).toEqual(code)
          if (metric !== 'cosine') expect(u32[regions.at.codeNorms / 4 + i]).toBe(squaredNorm(code))
          const bits = regions.at.bits + i * bitBytes
          expect(u8.slice(bits, bits + bitBytes), `dim ${dim}, bits of ${i}`).toEqual(binarize(vectors[i]!, means, units[i]!))
          expectParts(space, i, vectors[i]!, units[i]!, code, clip)
        }
      }
    }
  },
)

test.each(WAYS.map((way) => [way.way, way] as const))(
  '%s kernels fill the added dimension of dot as the scalar twin does',
  async (_, way) => {
    const space = await openSpace(way, { dim: 4096, metric: 'dot', count: 1000 })
    const { u32, regions, memory } = space
    const random = seeded(5)
    const norms = Array.from({ length: 1000 }, (_, i) => (i < 20 ? i : Math.floor(random() * 4096 * 64 * 64)))
    u32.set(norms, regions.at.codeNorms / 4)
    for (const largest of [0, 1, 19, 4096, 1.25 * 4096 * 64 * 64]) {
      u32.fill(7, regions.at.codeGaps / 4, regions.at.codeGaps / 4 + 1000)
      memory.kernels.fillGaps(regions.at.codeGaps, 3, 999, largest)
      const found = [...u32.subarray(regions.at.codeGaps / 4, regions.at.codeGaps / 4 + 1000)]
      expect(found).toEqual(norms.map((norm, i) => (i < 3 || i === 999 ? 7 : gapOf(norm, largest))))
    }
  },
)

test.each(WAYS.map((way) => [way.way, way] as const))(
  '%s kernels count the bits that differ as the scalar twin does',
  async (_, way) => {
    for (const dim of DIMS) {
      const random = seeded(dim)
      const count = 40
      const space = await openSpace(way, { dim, metric: 'l2', count })
      const { u8, regions, bitBytes, fixed, memory } = space
      const bits = Array.from({ length: count }, (_, node) =>
        Uint8Array.from({ length: bitBytes }, () => (node === 0 ? 0 : node === 1 ? 255 : Math.floor(random() * 256))),
      )
      for (const [node, row] of bits.entries()) u8.set(row, regions.at.bits + node * bitBytes)
      u8.set(bits[7]!, fixed.queryBits)
      u8[regions.at.live]! &= ~4 // the third is deleted
      const at = space.scratch(64 + count * 8)
      const nearest = (nodes: readonly number[], listed: number) =>
        nodes
          .map((node) => ({ high: bitDifference(bits[7]!, bits[node]!), low: node }))
          .sort((a, b) => a.high - b.high || a.low - b.low)
          .slice(0, listed)
      const sorted = (size: number) => readKeys(space, at + 64, size).sort((a, b) => a.high - b.high || a.low - b.low)
      const all = [...bits.keys()].filter((node) => bitOf(u8.subarray(regions.at.live), node))
      for (const listed of [1, 9, count]) {
        expect(sorted(memory.kernels.scanBits(fixed.queryBits, count, listed, at + 64))).toEqual(nearest(all, listed))
      }
    }
  },
)
