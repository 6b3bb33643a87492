import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FlatIndex } from './flat-index.ts'
import { METRICS } from './metric-code.ts'
import * as reference from './reference/distances.ts'
import { scan } from './reference/scan.ts'
import { bitOf, randomBitmap, randomFloats, seeded } from './testing/random.ts'

// A history: what is done to an index, as numbers that the test turns into calls.
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), count: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('delete' as const), at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }) }),
  fc.record({
    kind: fc.constant('search' as const),
    k: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 13, max: 2000 })),
    share: fc.constantFrom(undefined, 0, 0.02, 0.5, 0.98, 1),
    moments: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('reopen' as const) }),
)

const history = fc.record({
  metric: fc.constantFrom(...METRICS),
  dim: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(65, 130)),
  // Few different values make ties.
  grain: fc.constantFrom(0, 2),
  seed: fc.integer(),
  steps: fc.array(step, { minLength: 2, maxLength: 25 }),
})

// The runner's own comparison takes most of a minute over these many numbers.
function areEqual(a: Uint8Array | Uint32Array | Float32Array, b: Uint8Array | Uint32Array | Float32Array): boolean {
  return a.length === b.length && a.every((element, i) => Object.is(element, b[i]))
}

test('whatever its history, the index answers as a plain list of vectors does', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ metric, dim, grain, seed, steps }) => {
      const random = seeded(seed)
      const floats = (count: number) => {
        const rows = randomFloats(random, count * dim)
        for (let i = 0; i < rows.length; i++) if (grain > 0) rows[i] = Math.round(rows[i]! * grain) / grain || 1
        return rows
      }
      let index = await FlatIndex.create({ dim, metric })
      let vectors = new Float32Array(0)
      const deleted = new Set<number>()

      for (const action of steps) {
        const count = vectors.length / dim
        if (action.kind === 'add') {
          const rows = floats(action.count)
          const first = action.count === 1 ? index.add(rows) : index.addMany(rows)
          expect(first).toBe(count)
          const longer = new Float32Array(vectors.length + rows.length)
          longer.set(vectors)
          longer.set(rows, vectors.length)
          vectors = longer
        } else if (action.kind === 'delete' && count > 0) {
          const offset = Math.floor(action.at * count)
          expect(index.delete(offset)).toBe(!deleted.has(offset))
          deleted.add(offset)
        } else if (action.kind === 'reopen') {
          const bytes = index.toBytes()
          index.close()
          index = await FlatIndex.from(bytes)
          expect(areEqual(index.toBytes(), bytes)).toBe(true)
        } else if (action.kind === 'search') {
          const query = floats(1)
          const allow = action.share === undefined ? undefined : randomBitmap(random, count, action.share)
          const found = index.search(query, action.k, { ...(allow && { allow }), moments: action.moments })
          // Which vectors, exactly, given the distances; and the distances within rounding of their definition.
          const all = index.distances(query, Uint32Array.from(Array(count).keys()))
          const truth = reference.distances(metric, query, vectors, Array(count).keys())
          const wrong = truth.findIndex(({ distance, tolerance }, i) => !(Math.abs(all[i]! - distance) <= tolerance))
          expect(wrong, `${all[wrong]} for ${truth[wrong]?.distance}`).toBe(-1)
          const wanted = scan(
            all,
            (offset) => !deleted.has(offset),
            (offset) => allow === undefined || bitOf(allow, offset),
            action.k,
          )
          const names = (offsets: Uint32Array) => offsets.slice(0, 20).join()
          expect(areEqual(found.offsets, wanted.offsets), `${names(found.offsets)} for ${names(wanted.offsets)}`).toBe(true)
          expect(areEqual(found.distances, wanted.distances)).toBe(true)
          if (action.moments) {
            const scale = Math.max(1e-6, ...all.map(Math.abs))
            expect(Math.abs(found.moments!.mean - wanted.moments.mean) / scale).toBeLessThan(1e-9)
            expect(Math.abs(found.moments!.deviation - wanted.moments.deviation) / scale).toBeLessThan(1e-6)
          }
        }
        expect(index.count).toBe(vectors.length / dim)
        expect(index.liveCount).toBe(vectors.length / dim - deleted.size)
      }
      index.close()
    }),
    { numRuns: 400, seed: 20261101 },
  )
})
