import { type Filter, InvalidFilterError, type PointId } from '@voisin/spec'
import fc from 'fast-check'
import { describe, expect, inject, test } from 'vitest'
import { anyFilter, askedPayload } from '../testing/filter-arbitraries.ts'
import { naive } from '../testing/naive-filter.ts'
import { compileFilter } from './parse-filter.ts'

function matches(filter: unknown, payload: object, id: PointId = 'id'): boolean {
  return compileFilter(filter as Filter)(id, payload)
}

function refusal(filter: unknown): InvalidFilterError {
  try {
    compileFilter(filter as Filter)
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidFilterError)
    return error as InvalidFilterError
  }
  throw new Error('the filter was accepted')
}

describe('a condition on a field', () => {
  const note = {
    title: 'Carte d’identité',
    year: 2020,
    tags: ['admin', 'paris'],
    due: new Date('2024-05-01'),
    big: 10n,
    raw: Uint8Array.of(1, 2),
    none: null,
    isOpen: true,
    place: { city: 'Paris', zip: [75001, 75002] },
    authors: [{ name: 'Ada', born: 1815 }, { name: 'Alan' }],
    empty: [],
  }
  test.each<[string, unknown, boolean]>([
    ['a bare value is $eq', { year: 2020 }, true],
    ['several fields must all hold', { year: 2020, isOpen: false }, false],
    ['several operators must all hold', { year: { $gt: 2000, $lt: 2020 } }, false],
    ['an array matches by an element', { tags: 'paris' }, true],
    ['an array matches as a whole', { tags: ['admin', 'paris'] }, true],
    ['an array in another order is another', { tags: ['paris', 'admin'] }, false],
    ['$ne negates over the whole array', { tags: { $ne: 'paris' } }, false],
    ['$ne holds where nothing is there', { nowhere: { $ne: 1 } }, true],
    ['null matches null', { none: null }, true],
    ['null matches what is absent', { nowhere: { $eq: null } }, true],
    ['null does not match a value', { year: null }, false],
    ['null does not match an empty array', { empty: null }, false],
    ['$in takes null for absent too', { nowhere: { $in: [1, null] } }, true],
    ['$nin is the negation of $in', { nowhere: { $nin: [1, null] } }, false],
    ['$in of nothing is never', { year: { $in: [] } }, false],
    ['$nin of nothing is always', { year: { $nin: [] } }, true],
    ['a number is no string', { year: '2020' }, false],
    ['a number is no bigint', { big: 10 }, false],
    ['a bigint equals a bigint', { big: { $eq: 10n } }, true],
    ['order is within a type', { year: { $gt: '1' } }, false],
    ['$gte of a bigint', { big: { $gte: 10n } }, true],
    ['strings are ordered by code units', { title: { $lt: 'a' } }, true],
    ['dates are equal by time', { due: new Date('2024-05-01') }, true],
    ['dates are ordered by time', { due: { $gt: new Date('2024-04-30') } }, true],
    ['dates are in a list by time', { due: { $in: [1, new Date('2024-05-01')] } }, true],
    ['a date is no number', { due: { $gt: 0 } }, false],
    ['bytes are equal by content', { raw: Uint8Array.of(1, 2) }, true],
    ['objects are equal by content, in any order', { place: { zip: [75001, 75002], city: 'Paris' } }, true],
    ['objects are not equal to a part', { place: { city: 'Paris' } }, false],
    ['true is no 1', { isOpen: 1 }, false],
    ['$exists of null', { none: { $exists: true } }, true],
    ['$exists of nothing', { nowhere: { $exists: false } }, true],
    ['$contains on a string', { title: { $contains: 'identité' } }, true],
    ['$contains is as written', { title: { $contains: 'carte' } }, false],
    ['$contains on an array', { tags: { $contains: 'admin' } }, true],
    ['$contains on an array is a whole element', { tags: { $contains: 'adm' } }, false],
    ['$startsWith on a string', { title: { $startsWith: 'Carte' } }, true],
    ['$startsWith is as written', { title: { $startsWith: 'carte' } }, false],
    ['$startsWith on an array is some element', { tags: { $startsWith: 'par' } }, true],
    ['$startsWith of a number is never', { year: { $startsWith: '20' } }, false],
    ['$size of an array', { tags: { $size: 2 } }, true],
    ['$size of an empty array', { empty: { $size: 0 } }, true],
    ['$size of a string is never', { title: { $size: 16 } }, false],
    ['$size of nothing is never', { nowhere: { $size: 0 } }, false],
    ['$all in any order', { tags: { $all: ['paris', 'admin'] } }, true],
    ['$all wants all', { tags: { $all: ['paris', 'rome'] } }, false],
    ['$all of one value of a field that is none', { year: { $all: [2020] } }, true],
    ['$elemMatch: one element meets both', { authors: { $elemMatch: { name: 'Ada', born: { $lt: 1900 } } } }, true],
    ['$elemMatch: not one each', { authors: { $elemMatch: { name: 'Alan', born: { $lt: 1900 } } } }, false],
    ['$elemMatch of operators', { 'place.zip': { $elemMatch: { $gt: 75001, $lt: 75003 } } }, true],
    ['$elemMatch of $or', { authors: { $elemMatch: { $or: [{ name: 'Eve' }, { born: 1815 }] } } }, true],
    ['$elemMatch of $not: one that is not so', { authors: { $elemMatch: { $not: { name: 'Ada' } } } }, true],
    ['$elemMatch of $not: none that is not so', { authors: { $elemMatch: { $not: { name: { $exists: true } } } } }, false],
    ['$elemMatch of a field that is no array is never', { year: { $elemMatch: { $gt: 0 } } }, false],
    ['$not of operators', { year: { $not: { $gt: 2000, $lt: 2010 } } }, true],
    ['a dotted path', { 'place.city': 'Paris' }, true],
    ['a dotted path to an array', { 'place.zip': { $gt: 75001 } }, true],
    ['a dotted path to a place of an array', { 'place.zip.1': 75002 }, true],
    ['through an array of objects', { 'authors.name': 'Alan' }, true],
    ['by place through an array of objects', { 'authors.0.name': 'Alan' }, false],
    ['absent in some element', { 'authors.born': null }, true],
    ['an empty array leads nowhere', { 'empty.name': null }, false],
    ['an empty array leads nowhere, so nothing exists', { 'empty.name': { $exists: false } }, true],
    ['through a number there is nothing', { 'year.month': null }, true],
    ['through a string there is nothing', { 'title.length': { $exists: true } }, false],
    ['inherited names are absent', { toString: { $exists: true } }, false],
    ['inherited names are absent in depth', { 'place.constructor': { $exists: true } }, false],
    ['the prototype is no field', { __proto__x: { $exists: true }, 'place.__proto__.toString': { $exists: true } }, false],
    ['nothing asked is everything', {}, true],
  ])('%s', (_, filter, expected) => {
    expect(matches(filter, note)).toBe(expected)
  })

  test('a key spelled like the whole path comes first', () => {
    const payload = { 'dc.title': 'flat', dc: { title: 'nested' } }
    expect(matches({ 'dc.title': 'flat' }, payload)).toBe(true)
    expect(matches({ 'dc.title': 'nested' }, payload)).toBe(false)
  })

  test('a key with dots on the way comes before the same names one by one', () => {
    const payload = { metadata: { 'dc.title': 'flat', dc: { title: 'nested', 'date.year': 1999 } } }
    expect(matches({ 'metadata.dc.title': 'flat' }, payload)).toBe(true)
    expect(matches({ 'metadata.dc.title': 'nested' }, payload)).toBe(false)
    expect(matches({ 'metadata.dc.date.year': 1999 }, payload)).toBe(true)
    expect(matches({ 'records.dc.title': 'b' }, { records: [{ 'dc.title': 'a' }, { 'dc.title': 'b' }] })).toBe(true)
  })

  test('an array that holds an array is compared with it as an element', () => {
    expect(matches({ grid: { $contains: [1, 2] } }, { grid: [[1, 2]] })).toBe(true)
    expect(matches({ grid: { $contains: 1 } }, { grid: [[1, 2]] })).toBe(false)
  })
})

describe('a condition on the id', () => {
  test.each<[unknown, PointId, boolean]>([
    ['a', 'a', true],
    [1, '1', false],
    ['1', 1, false],
    [{ $eq: 1 }, 1, true],
    [{ $ne: 1 }, '1', true],
    [{ $in: ['a', 1] }, 1, true],
    [{ $in: ['a', 1] }, '1', false],
    [{ $nin: ['a', 1] }, 'b', true],
  ])('%o on %o is %o', ($id, id, expected) => {
    expect(matches({ $id }, { $id: 'a field is not the id' }, id)).toBe(expected)
  })
})

describe('logic', () => {
  test('and, or, not', () => {
    expect(matches({ $and: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 })).toBe(true)
    expect(matches({ $and: [{ a: 1 }, { b: 2 }] }, { a: 1 })).toBe(false)
    expect(matches({ $or: [{ a: 1 }, { b: 2 }] }, { b: 2 })).toBe(true)
    expect(matches({ $or: [{ a: 1 }, { b: 2 }], c: 3 }, { b: 2 })).toBe(false)
    expect(matches({ $not: { a: 1, b: 2 } }, { a: 1 })).toBe(true)
    expect(matches({ $not: {} }, {})).toBe(false)
  })

  test('changing a filter afterwards changes nothing', () => {
    const filter = { year: { $in: [2020] }, $or: [{ a: 1 }] }
    const predicate = compileFilter(filter)
    filter.year.$in[0] = 1
    filter.$or.length = 0
    expect(predicate('id', { year: 2020, a: 1 })).toBe(true)
  })
})

describe('what cannot be asked is refused by its place', () => {
  test.each<[unknown, string]>([
    [null, 'filter'],
    [[{ a: 1 }], 'filter'],
    [{ $where: 'true' }, 'filter.$where'],
    [{ a: { $regex: 'a' } }, 'filter.a.$regex'],
    [{ a: /a/ }, 'filter.a'],
    [{ a: undefined }, 'filter.a'],
    [{ a: () => true }, 'filter.a'],
    [{ a: Number.NaN }, 'filter.a'],
    [{ a: { b: [1, undefined] } }, 'filter.a.b[1]'],
    [{ a: { $gt: 1, b: 2 } }, 'filter.a.b'],
    [{ a: { $gt: null } }, 'filter.a.$gt'],
    [{ a: { $gt: true } }, 'filter.a.$gt'],
    [{ a: { $gt: Number.NaN } }, 'filter.a.$gt'],
    [{ a: { $lt: new Date(Number.NaN) } }, 'filter.a.$lt'],
    [{ a: { $in: 1 } }, 'filter.a.$in'],
    [{ a: { $in: [1, new Map()] } }, 'filter.a.$in[1]'],
    [{ a: { $in: new Array(2) } }, 'filter.a.$in[0]'],
    [{ a: { $in: new Array(10_001).fill(1) } }, 'filter.a.$in'],
    [{ a: { $exists: 1 } }, 'filter.a.$exists'],
    [{ a: { $startsWith: 1 } }, 'filter.a.$startsWith'],
    [{ a: { $size: 1.5 } }, 'filter.a.$size'],
    [{ a: { $size: '1' } }, 'filter.a.$size'],
    [{ a: { $all: [] } }, 'filter.a.$all'],
    [{ a: { $all: [1, undefined] } }, 'filter.a.$all[1]'],
    [{ a: { $elemMatch: 1 } }, 'filter.a.$elemMatch'],
    [{ a: { $elemMatch: { $id: 1 } } }, 'filter.a.$elemMatch.$id'],
    [{ a: { $elemMatch: { b: { $x: 1 } } } }, 'filter.a.$elemMatch.b.$x'],
    [{ a: { $elemMatch: { b: 1, $id: 1 } } }, 'filter.a.$elemMatch.$id'],
    [{ a: { $elemMatch: { $or: [{ b: 1 }], $gt: 1 } } }, 'filter.a.$elemMatch.$gt'],
    [{ a: { $not: 1 } }, 'filter.a.$not'],
    [{ a: { $not: {} } }, 'filter.a.$not'],
    [{ $and: [] }, 'filter.$and'],
    [{ $or: { a: 1 } }, 'filter.$or'],
    [{ $or: [{ a: 1 }, 2] }, 'filter.$or[1]'],
    [{ $or: new Array(1) }, 'filter.$or[0]'],
    [{ $not: { 'b c': { $x: 1 } } }, 'filter.$not["b c"].$x'],
    [{ $id: 1.5 }, 'filter.$id'],
    [{ $id: { $gt: 1 } }, 'filter.$id.$gt'],
    [{ $id: { $in: [1, null] } }, 'filter.$id.$in[1]'],
    [{ $id: {} }, 'filter.$id'],
  ])('%o', (filter, place) => {
    const { message } = refusal(filter)
    expect(message.startsWith(`${place} `)).toBe(true)
  })

  test('more than 16 levels, however deep', () => {
    const nest = (levels: number): object => {
      let filter: object = { a: 1 }
      for (let i = 1; i < levels; i++) filter = { $not: filter }
      return filter
    }
    expect(matches(nest(16), { a: 1 })).toBe(false)
    expect(refusal(nest(17)).expected).toBe('at most 16 levels')
    expect(refusal(nest(100_000)).expected).toBe('at most 16 levels')
    let operators: object = { $gt: 1 }
    for (let i = 0; i < 20; i++) operators = { $not: operators }
    expect(refusal({ a: operators }).expected).toBe('at most 16 levels')
  })

  test('more than 1,000 conditions, empty ones included', () => {
    expect(matches({ $or: Array.from({ length: 1000 }, (_, a) => ({ a })) }, { a: 999 })).toBe(true)
    expect(refusal({ $or: Array.from({ length: 1001 }, (_, a) => ({ a })) }).expected).toBe('at most 1,000')
    expect(refusal({ $or: new Array(1_000_000).fill({}) }).expected).toBe('at most 1,000')
  })

  test('a filter that contains itself', () => {
    const loop: { $and: unknown[] } = { $and: [] }
    loop.$and.push(loop)
    expect(refusal(loop).expected).toBe('at most 16 levels')
  })
})

test('a compiled filter says what a naive evaluator says', () => {
  let held = 0
  let runs = 0
  fc.assert(
    fc.property(
      anyFilter,
      fc.array(askedPayload, { minLength: 1, maxLength: 8 }),
      fc.constantFrom<PointId>('a', 1),
      (given, payloads, id) => {
        const predicate = compileFilter(given as Filter)
        for (const each of payloads) {
          const expected = naive(given, id, each)
          expect(predicate(id, each)).toBe(expected)
          runs++
          if (expected) held++
        }
      },
    ),
    { numRuns: inject('filters') },
  )
  // Neither answer is so rare that the comparison says nothing.
  expect(held / runs).toBeGreaterThan(0.1)
  expect(held / runs).toBeLessThan(0.9)
})
