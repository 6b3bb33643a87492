import { expect, test } from 'vitest'
import { Gaps } from './gaps.ts'
import { type Manifest, nothingFolded } from './manifest.ts'

const base = (lost: readonly number[], givenUp: readonly number[] = []): Manifest => ({
  ...nothingFolded({ name: 'c', number: 7, vectors: { '': { dim: 1, metric: 'l2' } }, fields: {} }),
  lsn: 5,
  lost,
  givenUp,
})
const gapsOf = (lost: readonly number[]) => new Gaps({ base: base([]), lost, isRebuilt: false })

test('what a manifest of this memory lacks is what memory lacks, each once, and not what lies behind its end', () => {
  expect(gapsOf([1, 9]).at(5, base([1, 2]), [1, 9], false)).toEqual({ lost: [1], givenUp: [] })
  expect(gapsOf([1]).at(5, base([], [1, 2]), [1], false)).toEqual({ lost: [], givenUp: [1] })
  expect(gapsOf([1, 3]).at(5, base([3], [1]), [], true)).toEqual({ lost: [], givenUp: [1, 3] })
})

test('memory that lacks what a manifest has is told so', () => {
  const gaps = gapsOf([1, 9])
  expect(gaps.areFilledBy(base([1]), new Set())).toBe(false)
  expect(gaps.areFilledBy(base([], [1, 2]), new Set())).toBe(false)
  expect(gaps.areFilledBy(base([2]), new Set())).toBe(true)
  // A block that memory could not read, and that the manifest has no more.
  expect(gaps.areFilledBy(base([1]), new Set([40]))).toBe(true)
  expect(new Gaps({ base: base([]), lost: [], isRebuilt: true }).areFilledBy(base([]), new Set())).toBe(true)
})

test('memory that has what a manifest lacks is ahead of it until it was folded in', () => {
  const gaps = gapsOf([1])
  gaps.adopted(base([1, 2], [3]))
  expect([...gaps.ahead]).toEqual([2, 3])
  gaps.folded()
  expect([...gaps.ahead]).toEqual([])
})
