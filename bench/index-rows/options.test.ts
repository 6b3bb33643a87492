import { expect, test } from 'vitest'
import { chosenKinds } from '../index-engines/kinds.ts'
import type { SuiteOptions } from '../suite.ts'
import { chosen } from './options.ts'

const NOTHING: SuiteOptions = {
  quick: false,
  rounds: undefined,
  n: undefined,
  k: undefined,
  data: undefined,
  dim: undefined,
  engine: undefined,
  rows: undefined,
  ef: undefined,
  set: undefined,
  model: undefined,
  weights: false,
}

const names = (options: SuiteOptions, at = 0) => {
  return chosenKinds(options, chosen(options)[at]!).map(({ engine, mode }) => `${engine}/${mode}`)
}

test('slow engines take part among few points only, or where they are named', () => {
  expect(chosen(NOTHING).map(({ n }) => n)).toEqual([10_000, 100_000])
  expect(names(NOTHING, 0)).toContain('orama/exact')
  expect(names(NOTHING, 1)).not.toContain('orama/exact')
  expect(names(NOTHING, 1)).toContain('hnswlib-wasm/hnsw')
  expect(names({ ...NOTHING, engine: 'orama,voisin/hnsw-bulk' }, 1)).toEqual(['orama/exact', 'voisin/hnsw-bulk'])
})

test('quick is our graph and the baseline', () => {
  const quick = { ...NOTHING, quick: true }
  expect(chosen(quick)).toMatchObject([{ n: 100_000, groups: ['build', 'search'], efs: [16, 24, 32, 48, 64, 96, 128] }])
  expect(names(quick)).toEqual(['voisin/hnsw-bulk', 'hnswlib-wasm/hnsw'])
})

test('a million points are for our graph alone', () => {
  const large = { ...NOTHING, n: 1_000_000 }
  expect(chosen(large)).toMatchObject([{ isLarge: true, groups: ['build', 'search'] }])
  expect(names(large)).toEqual(['voisin/hnsw-bulk'])
})

test('only engines that have a row of those asked for are built', () => {
  expect(names({ ...NOTHING, rows: 'filtered,insert' })).toEqual(['voisin/hnsw-bulk', 'hnswlib-wasm/hnsw'])
})

test('an unknown engine, kind of rows or ef is refused', () => {
  expect(() => names({ ...NOTHING, engine: 'faiss' })).toThrow('There is no engine "faiss": voisin/hnsw-bulk')
  expect(() => chosen({ ...NOTHING, rows: 'searches' })).toThrow('There are no rows "searches": build, search')
  expect(() => chosen({ ...NOTHING, ef: '16,x' })).toThrow('--ef takes positive integers, not "x".')
})
