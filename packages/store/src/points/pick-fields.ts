import type { Payload } from '@voisin/spec'
import { decodeValue, exactDecoder, isAscii } from './payload-codec.ts'

/** Nesting beyond this, or more keys than this in one object, are left to the decoder. */
const MOST_LEVELS = 32
const MOST_KEYS = 32

// Initial bytes of CBOR (RFC 8949, section 3): three bits of type, five of what follows.
const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const TAG = 6
const FALSE = 0xf4
const NULL = 0xf6
const HALF = 0xf9
const SINGLE = 0xfa
const DOUBLE = 0xfb
const TAG_TIME = 0xc1
const TAG_POSITIVE_BIGINT = 0xc2
const TAG_NEGATIVE_BIGINT = 0xc3

/** Whoever reads fewer bytes of a text faster than the browser's decoder is asked. */
const SHORT_BYTES = 64
const NOT_SURE = -1
const PROTO = '__proto__'

const encoder = new TextEncoder()

/**
 * Reads a few top-level keys of encoded payloads and passes over all else: of a long payload, and of one with many keys, decoding is most of
 * what a filter would cost. What it answers is what the decoder would; what is not exactly as `encodePayload` writes it is left to that.
 */
export class FieldPicker {
  readonly #wanted: readonly { readonly key: string; readonly bytes: Uint8Array }[]
  #data: Uint8Array = new Uint8Array()
  #at = 0
  /** Where the keys of the objects begin that are being passed, and how long they are: two numbers a key. */
  readonly #keys = new Int32Array(2 * MOST_KEYS * MOST_LEVELS)

  /** @param keys Top-level keys. */
  constructor(keys: Iterable<string>) {
    this.#wanted = Array.from(new Set(keys), (key) => ({ key, bytes: encoder.encode(key) }))
  }

  /** Those of the keys that a payload has, with their values; undefined where the decoder has to say what these bytes are. */
  pick(payload: Uint8Array): Payload | undefined {
    this.#data = payload
    this.#at = 0
    const picked: Record<string, unknown> = {}
    const isRead = payload.length > 0 && payload[0]! >> 5 === MAP && this.#map(0, picked) && this.#at === payload.length
    return isRead ? (picked as Payload) : undefined
  }

  #map(level: number, picked?: Record<string, unknown>): boolean {
    const count = this.#length()
    if (count < 0 || count > MOST_KEYS) return false
    for (let number = 0; number < count; number++) {
      const key = this.#key(level, number)
      if (key < 0) return false
      const wanted = picked && this.#wantedAt(key, this.#at - key)
      const start = this.#at
      if (!this.#value(level + 1)) return false
      if (wanted !== undefined) picked![wanted] = this.#read(start)
    }
    return true
  }

  /** Passes a key that is no other key of its object; returns where its text begins. */
  #key(level: number, number: number): number {
    const data = this.#data
    if (data[this.#at]! >> 5 !== TEXT) return NOT_SURE
    const length = this.#length()
    const start = this.#at
    if (length < 0 || !this.#text(length)) return NOT_SURE
    if (length === PROTO.length && data[start] === 0x5f) return NOT_SURE
    const keys = this.#keys
    const first = 2 * MOST_KEYS * level
    for (let other = first; other < first + 2 * number; other += 2) {
      if (keys[other + 1] === length && isSame(data, keys[other]!, data, start, length)) return NOT_SURE
    }
    keys[first + 2 * number] = start
    keys[first + 2 * number + 1] = length
    return start
  }

  #wantedAt(start: number, length: number): string | undefined {
    for (const { key, bytes } of this.#wanted) {
      if (bytes.length === length && isSame(bytes, 0, this.#data, start, length)) return key
    }
    return undefined
  }

  /** Passes a value; false where it is not surely one. */
  #value(level: number): boolean {
    const data = this.#data
    const initial = this.#at < data.length ? data[this.#at]! : 0xff
    switch (initial >> 5) {
      case UNSIGNED:
      case NEGATIVE:
        return this.#length() >= 0
      case BYTES: {
        const length = this.#length()
        return length >= 0 && this.#skip(length)
      }
      case TEXT: {
        const length = this.#length()
        return length >= 0 && this.#text(length)
      }
      case ARRAY: {
        if (level === MOST_LEVELS) return false
        const count = this.#length()
        if (count < 0) return false
        for (let i = 0; i < count; i++) if (!this.#value(level + 1)) return false
        return true
      }
      case MAP:
        return level < MOST_LEVELS && this.#map(level)
      case TAG:
        this.#at++
        if (initial === TAG_TIME) return this.#float()
        if (initial !== TAG_POSITIVE_BIGINT && initial !== TAG_NEGATIVE_BIGINT) return false
        return data[this.#at]! >> 5 === BYTES && this.#value(level)
      default:
        return initial >= FALSE && initial <= NULL ? this.#skip(1) : this.#float()
    }
  }

  /** Passes a finite float of any size. */
  #float(): boolean {
    const data = this.#data
    const at = this.#at
    const [high, low] = [data[at + 1]! & 0x7f, data[at + 2]!]
    switch (data[at]) {
      case HALF:
        return (high & 0x7c) !== 0x7c && this.#skip(3)
      case SINGLE:
        return (high !== 0x7f || low < 0x80) && this.#skip(5)
      case DOUBLE:
        return (high !== 0x7f || low < 0xf0) && this.#skip(9)
      default:
        return false
    }
  }

  /** Passes an initial byte and the number that it announces, which it returns: in its shortest form, as a safe integer. */
  #length(): number {
    const data = this.#data
    const short = data[this.#at++]! & 31
    if (short < 24) return short
    if (short > 27) return NOT_SURE
    const bytes = 1 << (short - 24)
    if (this.#at + bytes > data.length) return NOT_SURE
    let number = 0
    for (let i = 0; i < bytes; i++) number = number * 256 + data[this.#at++]!
    const least = short === 24 ? 24 : 2 ** (8 * (bytes >> 1))
    return number >= least && number < Number.MAX_SAFE_INTEGER ? number : NOT_SURE
  }

  #skip(bytes: number): boolean {
    this.#at += bytes
    return this.#at <= this.#data.length
  }

  /** Passes so many bytes that are well-formed UTF-8. */
  #text(length: number): boolean {
    const start = this.#at
    if (!this.#skip(length)) return false
    return (length < SHORT_BYTES && isAscii(this.#data, start, this.#at)) || this.#decoded(start) !== undefined
  }

  #decoded(start: number): string | undefined {
    try {
      return exactDecoder.decode(this.#data.subarray(start, this.#at))
    } catch {
      return undefined
    }
  }

  /** The value that was just passed. */
  #read(start: number): unknown {
    const data = this.#data
    const initial = data[start]!
    const length = initial & 31
    if (initial >> 5 === TEXT && length < 24) return shortText(data, start + 1, this.#at) ?? this.#decoded(start + 1)
    if (initial >> 5 === TEXT && length === 24) return this.#decoded(start + 2)
    return decodeValue(data.subarray(start, this.#at))
  }
}

function isSame(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}

function shortText(bytes: Uint8Array, from: number, end: number): string | undefined {
  let text = ''
  for (let at = from; at < end; at++) {
    if (bytes[at]! >= 0x80) return undefined
    text += String.fromCharCode(bytes[at]!)
  }
  return text
}
