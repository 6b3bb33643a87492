import { expect, test } from 'vitest'
import { costAtRecall, type Setting } from './interpolate.ts'

const setting = (ef: number, recall: number, cost: number): Setting => ({ ef, recall, cost })

test('half way in recall is half way in the logarithm of the cost', () => {
  const found = costAtRecall([setting(64, 1, 400), setting(16, 0.9, 50), setting(32, 0.98, 100)], 0.99)
  expect(found?.cost).toBeCloseTo(200)
  expect(found?.between.map(({ ef }) => ef)).toEqual([32, 64])
})

test('a setting that has exactly that recall is its cost', () => {
  expect(costAtRecall([setting(16, 0.9, 50), setting(32, 0.99, 100), setting(64, 1, 400)], 0.99)?.cost).toBeCloseTo(100)
})

test('where the first setting finds more, its own cost is the bound', () => {
  const found = costAtRecall([setting(16, 0.995, 50), setting(32, 0.999, 100)], 0.99)
  expect(found?.cost).toBe(50)
  expect(found?.between.map(({ ef }) => ef)).toEqual([16, 16])
})

test('where none finds enough, there is no cost', () => {
  expect(costAtRecall([setting(16, 0.8, 50), setting(32, 0.9, 100)], 0.99)).toBeUndefined()
  expect(costAtRecall([], 0.99)).toBeUndefined()
})

test('the first crossing counts where recall wavers', () => {
  const found = costAtRecall([setting(16, 0.98, 100), setting(32, 1, 200), setting(48, 0.985, 300), setting(64, 1, 400)], 0.99)
  expect(found?.between.map(({ ef }) => ef)).toEqual([16, 32])
})
