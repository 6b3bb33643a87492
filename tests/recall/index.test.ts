import { FlatIndex, HnswIndex, type HnswIndexOptions, type SearchOptions } from '@voisin/index'
import { expect, inject, test } from 'vitest'
import { clustered } from '../../bench/data/clustered.ts'
import { uniforms } from '../../bench/data/gaussian.ts'
import { fetchShared } from '../../bench/data/shared.ts'
import { wordnet } from '../../bench/data/wordnet.ts'

// How much of the true nearest is found. Data and levels are seeded, so a walk of a given ef finds the same each time: the floors lie about
// .01 below what was found when they were written.

const K = 10
const QUERIES = 200

/** An index and its exact twin, over the same vectors. */
class Pair {
  readonly index: HnswIndex
  readonly flat: FlatIndex
  readonly #queries: Float32Array[]

  private constructor(index: HnswIndex, flat: FlatIndex, queries: Float32Array) {
    this.index = index
    this.flat = flat
    this.#queries = Array.from({ length: queries.length / index.dim }, (_, i) =>
      queries.subarray(i * index.dim, (i + 1) * index.dim),
    )
  }

  static async of(points: Float32Array, queries: Float32Array, options: HnswIndexOptions): Promise<Pair> {
    const pair = new Pair(await HnswIndex.create(options), await FlatIndex.create(options), queries)
    pair.index.addMany(points, { bulk: true })
    pair.flat.addMany(points)
    return pair
  }

  addOneByOne(points: Float32Array): void {
    const { dim } = this.index
    for (let at = 0; at < points.length; at += dim) this.index.add(points.subarray(at, at + dim))
    this.flat.addMany(points)
  }

  /** Deletes a share of the vectors. */
  delete(share: number): void {
    const random = uniforms(9)
    for (let offset = 0; offset < this.flat.count; offset++) {
      if (random() >= share) continue
      this.index.delete(offset)
      this.flat.delete(offset)
    }
  }

  /** Share of the true nearest that is found; by distance, since of equal vectors any will do. */
  recall(options: SearchOptions): number {
    const { allow } = options
    let found = 0
    let wanted = 0
    for (const query of this.#queries) {
      const truth = this.flat.search(query, K, allow && { allow }).distances
      const farthest = truth.at(-1) ?? 0
      wanted += truth.length
      found += this.index.search(query, K, options).distances.filter((distance) => distance <= farthest).length
    }
    return found / wanted
  }

  close(): void {
    this.index.close()
    this.flat.close()
  }
}

async function seededPair(metric: 'cosine' | 'dot' | 'l2', dim: number, count: number, share = 1): Promise<[Pair, Float32Array]> {
  const { points, queries } = await clustered(count, QUERIES, dim)
  const first = Math.floor(count * share) * dim
  return [await Pair.of(points.subarray(0, first), queries, { dim, metric }), points.subarray(first)]
}

/** Some of `count` bits, each with a probability. */
function bitmap(count: number, share: number): Uint8Array {
  const random = uniforms(5)
  const bits = new Uint8Array(Math.ceil(count / 8))
  for (let bit = 0; bit < count; bit++) if (random() < share) bits[bit >> 3]! |= 1 << (bit & 7)
  return bits
}

/** What a walk of this ef, and a search that leaves all to the planner, find at least. */
function expectRecall(pair: Pair, ef: number, floor: number, allow?: Uint8Array): void {
  expect(pair.recall({ path: 'graph', ef, ...(allow && { allow }) }), `ef ${ef}`).toBeGreaterThanOrEqual(floor)
  expect(pair.recall(allow ? { allow } : {}), 'by plan').toBeGreaterThanOrEqual(0.97)
}

test.each([
  ['cosine', 16, 2000, 20, 0.98],
  ['cosine', 16, 2000, 80, 0.99],
  ['l2', 48, 6000, 20, 0.985],
  ['l2', 48, 6000, 80, 0.995],
  ['dot', 48, 6000, 20, 0.985],
  ['dot', 48, 6000, 80, 0.995],
  ['cosine', 128, 8000, 20, 0.985],
  ['cosine', 128, 8000, 80, 0.995],
] as const)('a %s graph of dim %i over %i vectors: with ef %i at least %f is found', async (metric, dim, count, ef, floor) => {
  const [pair] = await seededPair(metric, dim, count)
  expectRecall(pair, ef, floor)
  pair.close()
})

test('of vectors that are there eight times each, a walk with ef 80 finds at least .92', async () => {
  const dim = 32
  const { points, queries } = await clustered(500, QUERIES, dim)
  const repeated = new Float32Array(points.length * 8)
  for (let i = 0; i < 8; i++) repeated.set(points, i * points.length)
  const pair = await Pair.of(repeated, queries, { dim, metric: 'cosine' })
  expectRecall(pair, 80, 0.92)
  pair.close()
})

test.each([1, 0.5, 0.01])('where a filter lets through a share of %f, a walk with ef 80 finds at least .985', async (share) => {
  const [pair] = await seededPair('cosine', 48, 4000)
  expectRecall(pair, 80, 0.985, bitmap(4000, share))
  pair.close()
})

test.each([0.5, 0.99])('where a share of %f is deleted, a walk with ef 80 finds at least .985', async (share) => {
  const [pair] = await seededPair('cosine', 48, 4000)
  pair.delete(share)
  expectRecall(pair, 80, 0.985)
  pair.close()
})

test('after half as many more, one by one, then without 30 %, then after vacuum, a walk with ef 80 finds at least .985', async () => {
  const [pair, rest] = await seededPair('l2', 48, 6000, 2 / 3)
  pair.addOneByOne(rest)
  expectRecall(pair, 80, 0.985)
  pair.delete(0.3)
  expectRecall(pair, 80, 0.985)
  // By distance, so that other offsets do not matter.
  pair.index.vacuum()
  expectRecall(pair, 80, 0.985)
  pair.close()
})

test.skipIf(!inject('sharedIsPresent'))(
  'of 10,000 embeddings (wordnet-minilm) a search finds at least .985, as checkRecall says',
  async () => {
    const { points, queries, dim } = (await wordnet(10_000, QUERIES, 384, fetchShared))!
    const pair = await Pair.of(points, queries, { dim, metric: 'cosine' })
    const recall = pair.recall({})
    expect(recall).toBeGreaterThanOrEqual(0.985)
    expect(Math.abs(pair.index.checkRecall() - recall)).toBeLessThanOrEqual(0.02)
    pair.close()
  },
)
