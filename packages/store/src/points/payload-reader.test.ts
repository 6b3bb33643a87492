import type { Payload } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPayload } from '../testing/any-payload.ts'
import { compilePath, topLevelKeys } from './field-path.ts'
import { decodeStrictly, encodePayload } from './payload-codec.ts'
import { PayloadReader } from './payload-reader.ts'

const KEYS = ['a', 'kind', 'text', 'é', '']
const picker = new PayloadReader(KEYS)
const reader = new PayloadReader()

/** Most have some of the keys. */
const payload: fc.Arbitrary<Payload> = fc
  .tuple(anyPayload('xsmall'), fc.uniqueArray(fc.constantFrom(...KEYS)), anyPayload('xsmall'))
  .map(([before, keys, values]) => {
    const given: Record<string, unknown> = { ...before }
    const choice = [...Object.values(values), 'a value', { of: values }]
    keys.forEach((key, i) => {
      given[key] = choice[i % choice.length]!
    })
    return given as Payload
  })

function decoded(bytes: Uint8Array): Payload | undefined {
  try {
    return decodeStrictly(bytes)
  } catch {
    return undefined
  }
}

const only = (given: Payload) => Object.fromEntries(Object.entries(given).filter(([key]) => KEYS.includes(key)))

test('what is read is what the decoder gives', () => {
  fc.assert(
    fc.property(payload, (given) => {
      const bytes = encodePayload(given)
      expect(picker.read(bytes)).toStrictEqual(only(given))
      expect(reader.read(bytes)).toStrictEqual(decodeStrictly(bytes))
    }),
    { numRuns: 1_000 },
  )
})

test('of bytes that something has changed nothing is read that the decoder would not give', () => {
  const change = fc.oneof(
    fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) }),
    fc.record({ at: fc.nat(), without: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ at: fc.nat(), insert: fc.uint8Array({ minLength: 1, maxLength: 9 }) }),
  )
  let picks = 0
  fc.assert(
    fc.property(payload, fc.array(change, { minLength: 1, maxLength: 3 }), (given, changes) => {
      let bytes = [...encodePayload(given)]
      for (const step of changes) {
        const at = step.at % (bytes.length + 1)
        if ('to' in step) bytes[at] = step.to
        else if ('without' in step) bytes.splice(at, step.without)
        else bytes = [...bytes.slice(0, at), ...step.insert, ...bytes.slice(at)]
      }
      const changed = Uint8Array.from(bytes)
      const picked = picker.read(changed)
      if (picked === undefined) return
      picks++
      const whole = decoded(changed)
      expect(whole).toBeDefined()
      expect(picked).toStrictEqual(only(whole!))
      expect(reader.read(changed)).toStrictEqual(whole)
    }),
    { numRuns: 5_000 },
  )
  expect(picks).toBeGreaterThan(250)
})

test.each<[string, number[]]>([
  ['nothing', []],
  ['another value', [0x80]],
  ['a map that ends early', [0xa1, 0x61, 0x61]],
  ['something behind the map', [0xa0, 0xa0]],
  ['a key twice', [0xa2, 0x61, 0x61, 1, 0x61, 0x61, 2]],
  ['a key twice, further in', [0xa1, 0x61, 0x62, 0xa2, 0x61, 0x61, 1, 0x61, 0x61, 2]],
  ['a key that is no text', [0xa1, 1, 1]],
  ['a number longer than it has to be', [0xa1, 0x61, 0x61, 0x18, 1]],
  ['a text that is none', [0xa1, 0x61, 0x62, 0x61, 0xff]],
  ['NaN', [0xa1, 0x61, 0x62, 0xf9, 0x7e, 0]],
  ['infinity', [0xa1, 0x61, 0x62, 0xfa, 0x7f, 0x80, 0, 0]],
  ['undefined', [0xa1, 0x61, 0x62, 0xf7]],
  ['an array without end', [0xa1, 0x61, 0x62, 0x9f, 0xff]],
  ['an unknown tag', [0xa1, 0x61, 0x62, 0xc9, 1]],
])('%s is left to the decoder, which refuses it', (_, bytes) => {
  const given = Uint8Array.from(bytes)
  expect(picker.read(given)).toBeUndefined()
  expect(reader.read(given)).toBeUndefined()
  expect(decoded(given)).toBeUndefined()
})

test.each<[string, Payload]>([
  ['more keys than are looked at', Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i]))],
  ['deeper nesting', { a: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) }],
])('%s is left to the decoder, which reads it', (_, given) => {
  expect(picker.read(encodePayload(given))).toBeUndefined()
  expect(reader.read(encodePayload(given))).toBeUndefined()
  expect(decoded(encodePayload(given))).toStrictEqual(given)
})

test.each<[string, number[], Payload]>([
  ['halves', [0xa2, 0x61, 0x61, 0xf9, 0x80, 0, 0x61, 0x62, 0xf9, 0, 1], { a: -0, b: 2 ** -24 }],
  ['more halves', [0xa2, 0x61, 0x61, 0xf9, 0x3e, 0, 0x61, 0x62, 0xf9, 0xfb, 0xff], { a: 1.5, b: -65504 }],
  ['singles', [0xa1, 0x61, 0x61, 0xfa, 0x47, 0xc3, 0x50, 0], { a: 100_000 }],
  ['a byte order mark', [0xa1, 0x61, 0x61, 0x64, 0xef, 0xbb, 0xbf, 0x61], { a: '\ufeffa' }],
])('%s are read as the decoder reads them', (_, bytes, expected) => {
  const given = Uint8Array.from(bytes)
  expect(reader.read(given)).toStrictEqual(expected)
  expect(decoded(given)).toStrictEqual(expected)
})

test('payloads may lie anywhere in memory, and share their keys', () => {
  const given = Array.from({ length: 300 }, (_, i) => ({
    [`key ${i % 70}`]: i,
    kind: 'chunk',
    [`${'k'.repeat(i % 80)}é`]: { é: i },
  }))
  const encoded = given.map(encodePayload)
  const shared = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  const places = encoded.map((bytes) => {
    shared.set(bytes, at)
    at += bytes.length
    return shared.subarray(at - bytes.length, at)
  })
  expect(places.map((bytes) => reader.read(bytes))).toStrictEqual(given)
})

test('a path leads to the same in what is picked for it', () => {
  const given: Payload = { 'a.b': { c: 1 }, a: { 'b.c': 2, b: { c: 3 } }, 'a.b.c': 4, b: 5 }
  for (const path of ['a', 'a.b', 'a.b.c', 'b', 'c', 'a.b.d']) {
    const found = (object: object) => {
      const values: unknown[] = []
      compilePath(path)(object, (value) => {
        values.push(value)
        return false
      })
      return values
    }
    expect(found(new PayloadReader(topLevelKeys(path)).read(encodePayload(given))!)).toEqual(found(given))
  }
})
