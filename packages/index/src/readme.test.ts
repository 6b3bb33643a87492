import { expect, test } from 'vitest'
import readme from '../README.md?raw'
import { HnswIndex } from './index.ts'

// The tour as a user would run it, with what it takes for granted.
const PRELUDE = `
const dim = 384
let state = 1
const random = () => ((state = Math.imul(state, 48271) % 2147483647) & 0xffff) / 0xffff - 0.5
const rows = (count) => Float32Array.from({ length: count * dim }, random)
const vectors = rows(3000), vector = rows(1), query = rows(1), queries = rows(5)
const allow = new Uint8Array(376).fill(0b1010101)
`

test("the index's tour runs as it stands", async () => {
  const tour = /<!-- tour -->\n```ts\n([\s\S]*?)```/.exec(readme)?.[1]
  expect(tour).toContain("import { HnswIndex } from '@voisin/index'")
  const body = `${PRELUDE}${tour!.replace(/^import .*$/m, '')}
    return { first, offset, offsets, path, renamed, count: index.count, distances }`
  const AsyncFunction = (async () => {}).constructor as new (
    ...source: string[]
  ) => (index: unknown) => Promise<Record<string, unknown>>
  const result = await new AsyncFunction('HnswIndex', body)(HnswIndex)
  expect(result).toMatchObject({ first: 0, offset: 3000, count: 3000 })
  expect((result.offsets as Uint32Array).length).toBe(10)
  expect((result.renamed as Uint32Array).at(-1)).toBe(0xffffffff)
})
