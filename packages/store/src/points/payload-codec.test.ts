import { CorruptDataError, InvalidPayloadError, type Payload } from '@voisin/spec'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyPayload } from '../testing/any-payload.ts'
import { decodePayload, encodePayload } from './payload-codec.ts'

function caught(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** An object of so many levels, the outermost included. */
function nested(levels: number): object {
  let object: object = { end: true }
  for (let i = 1; i < levels; i++) object = { inner: object }
  return object
}

describe('a payload', () => {
  test('comes back as it went, keys in order, −0 and big numbers included', () => {
    fc.assert(
      fc.property(anyPayload(), (given) => {
        const back = decodePayload(encodePayload(given))
        expect(back).toStrictEqual(given)
        expect(JSON.stringify(Object.keys(back))).toBe(JSON.stringify(Object.keys(given)))
      }),
      { numRuns: 500 },
    )
  })

  test('keeps a byte order mark at the start of a text of any length', () => {
    for (const length of [0, 1, 19, 20, 21, 30, 31, 32, 300, 70_000]) {
      const text = `${'\ufeff'.repeat(1 + (length % 2))}${'a'.repeat(length)}`
      expect(decodePayload(encodePayload({ text, [text]: 1 }))).toStrictEqual({ text, [text]: 1 })
    }
  })

  test('keeps a bigint a bigint and a number a number', () => {
    const given = { small: 5n, number: 5, zero: 0n, minus: -1n, huge: 10n ** 40n }
    expect(decodePayload(encodePayload(given))).toStrictEqual(given)
  })

  test('holds bytes of its own', () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const encoded = encodePayload({ bytes })
    bytes[0] = 9
    const decoded = decodePayload(encoded) as { bytes: Uint8Array }
    encoded.fill(0)
    expect(decoded.bytes).toStrictEqual(Uint8Array.of(1, 2, 3))
  })

  test('without a prototype is plain', () => {
    expect(decodePayload(encodePayload(Object.assign(Object.create(null), { a: 1 })))).toStrictEqual({ a: 1 })
  })

  test('may be 64 levels deep, and no deeper', () => {
    expect(decodePayload(encodePayload(nested(64)))).toStrictEqual(nested(64))
    expect(caught(() => encodePayload(nested(65)))).toMatchObject({ expected: 'at most 64 levels' })
    expect(caught(() => encodePayload(nested(100_000)))).toBeInstanceOf(InvalidPayloadError)
  })
})

describe('what is no plain data', () => {
  const loop: { self?: unknown } = {}
  loop.self = [loop]
  class Note {
    title = 'a'
  }
  test.each<[string, unknown, string]>([
    ['undefined', { tags: ['a', 'b', undefined] }, 'payload.tags[2]'],
    ['a hole', { tags: new Array(2) }, 'payload.tags[0]'],
    ['NaN', { a: { 'b c': Number.NaN } }, 'payload.a["b c"]'],
    ['Infinity', { n: -Infinity }, 'payload.n'],
    ['a function', { f: () => 1 }, 'payload.f'],
    ['a symbol', { s: Symbol('s') }, 'payload.s'],
    ['a Map', { m: new Map() }, 'payload.m'],
    ['a Set', { m: new Set() }, 'payload.m'],
    ['a RegExp', { r: /a/ }, 'payload.r'],
    ['another typed array', { v: new Float32Array(2) }, 'payload.v'],
    ['a buffer', { v: new ArrayBuffer(2) }, 'payload.v'],
    ['an object of a class', { note: new Note() }, 'payload.note'],
    ['an invalid date', { at: new Date(Number.NaN) }, 'payload.at'],
    ['a date that a float of seconds cannot hold', { at: new Date(8.64e15) }, 'payload.at'],
    ['a cycle', loop, 'payload.self[0]'],
    ['half of a surrogate pair', { text: 'a\ud800b' }, 'payload.text'],
    ['half of a surrogate pair in a key', { 'a\udc00': 1 }, 'payload["a\\udc00"]'],
    ['a key that is a symbol', { [Symbol('s')]: 1 }, 'payload'],
    ['the key __proto__', JSON.parse('{"a": {"__proto__": {"polluted": true}}}'), 'payload.a.__proto__'],
  ])('%s is refused by its place', (_, given, place) => {
    const error = caught(() => encodePayload(given as object))
    expect(error).toBeInstanceOf(InvalidPayloadError)
    expect((error as Error).message).toContain(`${place} is not plain data`)
  })

  test.each([[null], [undefined], ['text'], [[1]], [new Date()], [new Note()]])('%o is no payload', (given) => {
    expect(caught(() => encodePayload(given as object))).toBeInstanceOf(InvalidPayloadError)
  })

  test('an object met twice is no cycle', () => {
    const shared = { a: 1 }
    expect(decodePayload(encodePayload({ x: shared, y: [shared] }))).toStrictEqual({ x: { a: 1 }, y: [{ a: 1 }] })
  })
})

describe('damaged bytes', () => {
  test('are refused, or are another payload: never anything else, and no prototype is touched', () => {
    const whole = encodePayload({
      title: 'a title',
      tags: ['x', 'y'],
      year: 2020,
      big: 12n,
      at: new Date(0),
      deep: { raw: Uint8Array.of(1) },
    })
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const damaged = isCut ? whole.slice(0, at) : whole.with(at, byte)
        let payload: Payload
        try {
          payload = decodePayload(damaged)
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptDataError)
          return
        }
        expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
      }),
      { numRuns: 1500 },
    )
  })

  test.each([
    ['nothing', []],
    ['an array', [0x80]],
    ['a number', [0x01]],
    ['two payloads', [0xa0, 0xa0]],
    ['undefined inside', [0xa1, 0x61, 0x61, 0xf7]],
    ['NaN inside', [0xa1, 0x61, 0x61, 0xf9, 0x7e, 0x00]],
    ['a whole number beyond what a double holds', [0xa1, 0x61, 0x61, 0x1b, 0x7f, 255, 255, 255, 255, 255, 255, 255]],
    ['a key twice', [0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02]],
    ['an unknown tag', [0xa1, 0x61, 0x61, 0xc5, 0x01]],
    ['a deep nest', new Array(200_000).fill(0x81)],
  ])('%s are refused', (_, bytes) => {
    expect(caught(() => decodePayload(Uint8Array.from(bytes)))).toBeInstanceOf(CorruptDataError)
  })

  test('with a key __proto__ pollute nothing', () => {
    const key = new TextEncoder().encode('__proto__')
    const bytes = Uint8Array.from([0xa1, 0x60 + key.length, ...key, 0xa1, 0x61, 0x78, 0xf5])
    const payload = decodePayload(bytes) as Record<string, unknown>
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
    expect(({} as { x?: unknown }).x).toBeUndefined()
    expect(Object.hasOwn(payload, '__proto__')).toBe(true)
  })
})
