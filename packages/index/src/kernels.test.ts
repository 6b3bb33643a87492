import type { Metric } from '@voisin/spec'
import { expect, test } from 'vitest'
import { openKernels } from './kernels.ts'
import { flatLayout } from './layout.ts'
import { METRICS, metricCode } from './metric-code.ts'
import { distances } from './reference/distances.ts'
import { randomFloats, seeded } from './testing/random.ts'

const DIMS = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 127, 384, 385, 1023, 4096]

/** What the kernel gives for rows as they are, without the index's checks in between. */
async function kernelDistances(metric: Metric, query: Float32Array, vectors: Float32Array): Promise<Float32Array> {
  const dim = query.length
  const count = vectors.length / dim
  const layout = flatLayout(dim, metric, count)
  const rounded = Math.ceil(count / 4) * 4
  const out = layout.scratch + rounded * 4
  const { kernels, buffer } = await openKernels({ bytes: out + rounded * 4 })
  const norm = Math.sqrt(query.reduce((sum, element) => sum + element * element, 0))
  new Float32Array(buffer, layout.query, dim).set(metric === 'cosine' ? query.map((element) => element / norm) : query)
  for (let i = 0; i < count; i++) {
    const row = vectors.subarray(i * dim, (i + 1) * dim)
    new Float32Array(buffer, layout.vectors + i * layout.rowBytes, dim).set(row)
    if (metric === 'cosine') {
      new Float32Array(buffer, layout.norms + i * 4, 1)[0] = Math.sqrt(row.reduce((sum, element) => sum + element * element, 0))
    }
  }
  new Uint32Array(buffer, layout.scratch, count).set(Array.from({ length: count }, (_, i) => i))
  kernels.distances(metricCode(metric), layout.query, layout.rowBytes, layout.vectors, layout.norms, layout.scratch, rounded, out)
  return new Float32Array(buffer, out, count).slice()
}

async function expectTwinsAgree(metric: Metric, query: Float32Array, vectors: Float32Array): Promise<void> {
  const count = vectors.length / query.length
  const found = await kernelDistances(metric, query, vectors)
  const wanted = distances(metric, query, vectors, Array(count).keys())
  for (let i = 0; i < count; i++) {
    const { distance, tolerance } = wanted[i]!
    expect(Math.abs(found[i]! - distance), `vector ${i}: ${found[i]} for ${distance}`).toBeLessThanOrEqual(tolerance)
  }
}

test.each(METRICS)('the SIMD and the scalar %s agree within rounding, whatever the dim', async (metric) => {
  for (const dim of DIMS) {
    const random = seeded(dim)
    await expectTwinsAgree(metric, randomFloats(random, dim), randomFloats(random, dim * 13))
  }
})

test.each(METRICS)('the SIMD and the scalar %s agree on numbers of very different size', async (metric) => {
  for (const dim of [3, 17, 384]) {
    const random = seeded(dim)
    const wide = (length: number) => Float32Array.from({ length }, () => (random() - 0.5) * 10 ** (random() * 16 - 8))
    await expectTwinsAgree(metric, wide(dim), wide(dim * 9))
  }
})

test.each(['dot', 'l2'] as const)('the SIMD and the scalar %s agree on zero, denormal and huge vectors', async (metric) => {
  for (const dim of [1, 3, 4, 19, 384]) {
    const rows = [0, -0, 2 ** -149, -(2 ** -140), 2 ** -126, 1, 1e15, -1e15].map((element) => new Float32Array(dim).fill(element))
    const alternating = Float32Array.from({ length: dim }, (_, i) => (i % 2 ? 1e15 : -1e15))
    const vectors = new Float32Array([...rows, alternating].flatMap((row) => [...row]))
    for (const query of [...rows, alternating]) await expectTwinsAgree(metric, query, vectors)
  }
})

test('a vector has cosine distance 0 to itself and 2 to its opposite, never beyond', async () => {
  for (const dim of DIMS) {
    const query = randomFloats(seeded(dim), dim)
    const [same, opposite] = await kernelDistances('cosine', query, new Float32Array([...query, ...query.map((x) => -x)]))
    expect(same).toBeGreaterThanOrEqual(0)
    expect(same).toBeLessThan(1e-6)
    expect(opposite).toBeLessThanOrEqual(2)
    expect(opposite).toBeGreaterThan(2 - 1e-6)
  }
})

test('a dot product of zero is a distance of 0 and not of −0', async () => {
  expect([...(await kernelDistances('dot', new Float32Array(5), new Float32Array(10)))]).toEqual([0, 0])
})

test('a memory that the browser does not give is refused with a limit', async () => {
  await expect(openKernels({ bytes: 2 ** 33 })).rejects.toMatchObject({ code: 'limit-exceeded' })
  const memory = await openKernels({ bytes: 1 })
  expect(() => memory.growTo(2 ** 33)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }))
  expect(memory.buffer.byteLength).toBe(65536)
})
