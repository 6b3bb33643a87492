import type { Place } from '@voisin/spec'
import { expect, test } from 'vitest'
import { seeded } from './load/testing/random.ts'
import { packPlaces, placesOf, unpackPlaces } from './places.ts'

test('places are packed and unpacked as they were', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = seeded(seed)
    let start = 0
    const places = Array.from({ length: random.below(50) }, (): Place => {
      start += random.below(random.pick([1, 3, 200, 2 ** 31]))
      return {
        start,
        ...(random.below(2) === 0 && { page: random.below(2 ** 31) }),
        ...(random.below(2) === 0 && { sheet: random.pick(['', 'Sheet 1', '表']) }),
        ...(random.below(2) === 0 && { row: random.below(2_000_000) }),
      }
    })
    expect(unpackPlaces(packPlaces(places))).toEqual(places)
  }
  const rows = Array.from({ length: 100_000 }, (_, i): Place => ({ start: i * 60, sheet: 'Sales', row: i + 1 }))
  expect(packPlaces(rows).marks.length).toBeLessThan(6.1 * rows.length)
})

test('a span stands in the place it begins in, and in those that begin in it', () => {
  const places = [0, 10, 10, 25].map((start, i): Place => ({ start, page: i + 1 }))
  const pages = (start: number, end: number) => placesOf({ start, end }, places).map(({ page }) => page)
  expect(pages(0, 5)).toEqual([1])
  expect(pages(5, 11)).toEqual([1, 2, 3])
  expect(pages(10, 12)).toEqual([3])
  expect(pages(12, 25)).toEqual([3])
  expect(pages(30, 40)).toEqual([4])
  expect(placesOf({ start: 0, end: 3 }, places.slice(1))).toEqual([])
})
