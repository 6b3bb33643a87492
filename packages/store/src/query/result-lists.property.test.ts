import type { Collection, Payload, Point, Query, ScoredPoint } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMemoryCollection } from '../open-collection.ts'

const RUNS = Number(import.meta.env.VITE_FC_RUNS ?? 40)
const SCHEMA = { dim: 3, fields: { text: 'text', declared: 'keyword' } } as const
const DATE = 86_400_000

// Values of which some are the same and some only look it.
const value = fc.constantFrom<unknown>('a', 'b', '1', 1, 1n, true, null, undefined, [], ['a'], ['a', 'b'], new Date(DATE), DATE)
const vector = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).filter((elements) => elements.some((element) => element > 0))
const text = fc
  .array(fc.constantFrom('cat', 'dog', 'bird', 'tree'), { minLength: 1, maxLength: 4 })
  .map((words) => words.join(' '))
const pointParts = fc.record({ value, text, vector: fc.option(vector, { nil: undefined, freq: 4 }) })
const points = fc.array(pointParts, { maxLength: 60 }).map((list) =>
  list.map(({ value, text, vector }, id): Point => {
    const values = value === undefined ? {} : { declared: value, other: value }
    const payload = { text, year: id % 3, ...values } as Payload
    return { id, payload, ...(vector && { vector: Float32Array.from(vector) }) }
  }),
)
const query: fc.Arbitrary<Query<Payload>> = fc
  .record({
    leg: fc.constantFrom('vector', 'text', 'both'),
    fusion: fc.constantFrom('z-score', 'rrf'),
    isFiltered: fc.boolean(),
    threshold: fc.option(fc.double({ min: -1, max: 2, noNaN: true }), { nil: undefined, freq: 2 }),
  })
  .map(({ leg, fusion, isFiltered, threshold }) => ({
    ...(leg !== 'text' && { vector: Float32Array.of(3, 1, 0.5) }),
    ...(leg !== 'vector' && { text: 'cat bird' }),
    ...(isFiltered && { filter: { year: { $lt: 2 } } }),
    ...(threshold !== undefined && { scoreThreshold: threshold }),
    fusion: fusion as 'rrf',
  }))

/** A group's name, in the plainest words. */
function nameOf({ payload, id }: ScoredPoint): string {
  const values = [payload.declared].flat().filter((value) => value !== undefined && value !== null)
  if (values.length === 0) return `alone ${id}`
  return values.map((value) => (value instanceof Date ? `date ${value.getTime()}` : `${typeof value} ${value}`)).join(', ')
}

/** The whole ranking, grouped by hand. */
function groupedByHand(ranking: readonly ScoredPoint[], groupSize: number): ScoredPoint[] {
  const sizes = new Map<string, number>()
  for (const hit of ranking) sizes.set(nameOf(hit), (sizes.get(nameOf(hit)) ?? 0) + 1)
  const listed = new Map<string, number>()
  return ranking.flatMap((hit) => {
    const name = nameOf(hit)
    listed.set(name, (listed.get(name) ?? 0) + 1)
    return listed.get(name)! > groupSize ? [] : [{ ...hit, others: sizes.get(name)! - 1 }]
  })
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return 0
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, element, i) => sum + element * y[i]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

async function holding(points: readonly Point[]): Promise<Collection> {
  const collection = await openMemoryCollection<Payload>('c', SCHEMA)
  await collection.upsert(points)
  return collection
}

test('a grouped query lists what a whole ranking has, grouped by hand, on every page', async () => {
  const page = fc.record({
    limit: fc.integer({ min: 1, max: 70 }),
    offset: fc.nat(70),
    groupSize: fc.integer({ min: 1, max: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(points, query, page, async (points, query, { limit, offset, groupSize }) => {
      const collection = await holding(points)
      const expected = groupedByHand(await collection.query({ ...query, limit: 10_000 }), groupSize)
      for (const groupBy of ['declared', 'other'] as never[]) {
        const hits = await collection.query({ ...query, groupBy, groupSize, limit, offset })
        expect(hits).toEqual(expected.slice(offset, offset + limit))
      }
      await collection.close()
    }),
    { numRuns: RUNS },
  )
})

test('with support each hit has its own score and a share of the best two others of its group', async () => {
  await fc.assert(
    fc.asyncProperty(points, query, fc.double({ min: 0, max: 1, noNaN: true }), async (points, query, share) => {
      const collection = await holding(points)
      const { scoreThreshold: _, ...asked } = query
      const plain = await collection.query({ ...asked, limit: 10_000 })
      const isHybrid = asked.vector !== undefined && asked.text !== undefined
      for (const by of ['declared', 'other'] as never[]) {
        const hits = await collection.query({ ...asked, support: { by, share }, limit: 10_000 })
        expect(new Set(hits.map(({ id }) => id))).toEqual(new Set(plain.map(({ id }) => id)))
        for (const [i, hit] of hits.entries()) {
          const own = plain.find(({ id }) => id === hit.id)!
          const others = plain
            .filter((other) => other.id !== hit.id && nameOf(other) === nameOf(hit) && other.score > 0)
            .slice(0, 2)
          const added = isHybrid ? share * others.reduce((sum, { score }) => sum + score, 0) : 0
          expect(hit.score).toBeCloseTo(own.score + added, 10)
          expect(hit.support ?? 0).toBeCloseTo(added, 10)
          if (i > 0) expect(hits[i - 1]!.score).toBeGreaterThanOrEqual(hit.score)
        }
        expect(await collection.query({ ...asked, support: { by, share }, limit: 7, offset: 3 })).toEqual(hits.slice(3, 10))
      }
      await collection.close()
    }),
    { numRuns: RUNS },
  )
})

test('with hundreds of points of one group before them, others are found, and pages are one list', async () => {
  const random = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43_758.5453) % 1
  const collection = await holding(
    Array.from({ length: 1_500 }, (_, id): Point => {
      const isLong = id % 10 !== 0
      const text = isLong ? `cat ${'bird '.repeat(id % 4)}` : `bird ${'tree '.repeat(id % 30)}`
      const vector = isLong ? [3, 1, random(id)] : [random(id), 1, 3]
      return { id, vector: Float32Array.from(vector), payload: { text, declared: isLong ? 'long' : `short ${id % 400}` } }
    }),
  )
  const both = { vector: Float32Array.of(3, 1, 0.5), text: 'cat bird' }
  for (const query of [{ vector: both.vector }, { text: both.text }, both, { ...both, fusion: 'rrf' as const }]) {
    const places = groupedByHand(await collection.query({ ...query, limit: 10_000 }), 1).map(({ id }) => id)
    const whole = await collection.query({ ...query, groupBy: 'declared', limit: 1_000 })
    expect(whole.map(({ id }) => id)).toEqual(places)
    expect(places).toHaveLength(41)
    for (const limit of [1, 7, 40]) {
      const paged: ScoredPoint[] = []
      for (let offset = 0; offset < 41; offset += limit) {
        paged.push(...(await collection.query({ ...query, groupBy: 'declared', limit, offset })))
      }
      expect(paged).toEqual(whole)
    }
  }
  await collection.close()
})

test('mmr chooses as the formula says, on every page, of groups too', async () => {
  const options = fc.record({
    diversity: fc.constantFrom(0, 0.2, 0.5, 0.9, 1),
    limit: fc.integer({ min: 1, max: 60 }),
    isGrouped: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(points, query, options, async (points, query, { diversity, limit, isGrouped }) => {
      const collection = await holding(points)
      const list = { ...query, ...(isGrouped && { groupBy: 'declared' as never }), withVector: true }
      const candidates = await collection.query({ ...list, limit: 64 })
      const chosen = await collection.query({ ...list, mmr: { diversity }, limit })
      expect(chosen).toHaveLength(Math.min(limit, candidates.length))
      const least = Math.min(...candidates.map(({ score }) => score))
      const range = Math.max(...candidates.map(({ score }) => score)) - least
      // Never more than 64 candidates, so every place is given among them all.
      const left = new Map(candidates.map((hit) => [hit.id, hit]))
      const worthOf = (hit: ScoredPoint, before: readonly ScoredPoint[]) => {
        const likeness = Math.max(0, ...before.map((other) => cosine(hit.vector, other.vector)))
        return (1 - diversity) * (range > 0 ? (hit.score - least) / range : 1) - diversity * likeness
      }
      chosen.forEach((hit, place) => {
        const before = chosen.slice(0, place)
        const most = Math.max(...Array.from(left.values(), (other) => worthOf(other, before)))
        expect(worthOf(hit, before)).toBeCloseTo(most, 5)
        expect(left.get(hit.id)).toEqual(hit)
        left.delete(hit.id)
      })
      const pages = await Promise.all(
        [0, 3, 6].map((offset) => collection.query({ ...list, mmr: { diversity }, limit: 3, offset })),
      )
      const whole = await collection.query({ ...list, mmr: { diversity }, limit: 9 })
      expect(pages.flat()).toEqual(whole)
      if (diversity === 0) expect(whole).toEqual(candidates.slice(0, 9))
      await collection.close()
    }),
    { numRuns: RUNS },
  )
})
