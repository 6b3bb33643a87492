import { expect, test } from 'vitest'
import { clustered } from '../data/clustered.ts'
import { trueNeighbours } from './truth.ts'
import { typescriptLoop } from './typescript-loop.ts'
import { voisinExact } from './voisin-exact.ts'

const COUNT = 600
const QUERIES = 20

test.each([voisinExact, typescriptLoop])(
  '$engine finds the true neighbours, so that its time is worth comparing',
  async (kind) => {
    const set = await clustered(COUNT, QUERIES)
    const engine = await kind.build(set)
    for (const k of [1, 10, 100]) {
      for (const [row, nearest] of trueNeighbours(set, QUERIES, k).entries()) {
        const found = engine.search(set.queries.subarray(row * set.dim, (row + 1) * set.dim), k)
        expect(found.length).toBe(k)
        expect(Array.from(found).filter((offset) => !nearest.has(offset))).toEqual([])
      }
    }
    engine.close()
  },
)

test('the made-up vectors have neighbours: a query is far nearer to its tenth than to most', async () => {
  const set = await clustered(COUNT * 5, QUERIES)
  const engine = await voisinExact.build(set)
  const cosine = (row: number, offset: number) => {
    let sum = 0
    for (let i = 0; i < set.dim; i++) sum += set.queries[row * set.dim + i]! * set.points[offset * set.dim + i]!
    return sum
  }
  let near = 0
  let random = 0
  for (let row = 0; row < QUERIES; row++) {
    near += cosine(row, engine.search(set.queries.subarray(row * set.dim, (row + 1) * set.dim), 10)[9]!) / QUERIES
    random += cosine(row, row * 7) / QUERIES
  }
  engine.close()
  expect(near).toBeGreaterThan(0.5)
  expect(Math.abs(random)).toBeLessThan(0.2)
})
