import type { Payload } from '@voisin/spec'
import { bigintOf, exactDecoder, isAscii, timeOf } from './decoded-values.ts'

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
const TRUE = 0xf5
const NULL = 0xf6
const HALF = 0xf9
const SINGLE = 0xfa
const DOUBLE = 0xfb
const TAG_TIME = 0xc1
const TAG_POSITIVE_BIGINT = 0xc2
const TAG_NEGATIVE_BIGINT = 0xc3

/** Whoever reads fewer bytes of a text faster than the browser's decoder is asked. */
const SHORT_BYTES = 64
/** Keys that are remembered: payloads of one collection have the same few. */
const KEY_PLACES = 64
const NOT_SURE = -1
/** In the place of a value: the decoder has to say what it is. */
const UNREAD: unique symbol = Symbol('unread')
const PROTO = '__proto__'

const encoder = new TextEncoder()

interface Key {
  readonly text: string
  readonly bytes: Uint8Array
}

/**
 * Reads encoded payloads, or a few top-level keys of each and passes over all else: of a long payload, and of one with many keys, decoding is most
 * of what a filter would cost. What it answers is what the decoder would; what is not exactly as `encodePayload` writes it is left to that.
 */
export class PayloadReader {
  readonly #wanted: readonly Key[] | undefined
  readonly #known: (Key | undefined)[] = new Array(KEY_PLACES).fill(undefined)
  #data: Uint8Array = new Uint8Array()
  #view: DataView | undefined
  #at = 0
  /** Where the keys of the objects begin that are being read, and how long they are: two numbers a key. */
  readonly #keys = new Int32Array(2 * MOST_KEYS * MOST_LEVELS)

  /** @param keys Top-level keys. @default all */
  constructor(keys?: Iterable<string>) {
    this.#wanted = keys && Array.from(new Set(keys), (text) => ({ text, bytes: encoder.encode(text) }))
  }

  /** What a payload has, of those keys; undefined where the decoder has to say what these bytes are. */
  read(payload: Uint8Array): Payload | undefined {
    if (payload.length === 0 || payload[0]! >> 5 !== MAP) return undefined
    this.#data = payload
    this.#view = undefined
    this.#at = 0
    const read = this.#map(0, true, this.#wanted)
    return read === UNREAD || this.#at !== payload.length ? undefined : (read as Payload)
  }

  /** @param builds Whether it is wanted: else it is passed over, and what is returned means nothing unless it is UNREAD. */
  #map(level: number, builds: boolean, wanted?: readonly Key[]): unknown {
    const count = this.#length()
    if (count < 0 || count > MOST_KEYS) return UNREAD
    const read: Record<string, unknown> = {}
    for (let number = 0; number < count; number++) {
      const start = this.#key(level, number)
      if (start < 0) return UNREAD
      const length = this.#at - start
      let key: string | undefined
      if (builds) key = wanted === undefined ? this.#textOfKey(start, length) : this.#wantedAt(wanted, start, length)
      const value = this.#value(level + 1, key !== undefined)
      if (value === UNREAD) return UNREAD
      if (key !== undefined) read[key] = value
    }
    return read
  }

  /** Passes a key that is no other key of its object; returns where its text begins. */
  #key(level: number, number: number): number {
    const data = this.#data
    if (data[this.#at]! >> 5 !== TEXT) return NOT_SURE
    const length = this.#length()
    const start = this.#at
    if (length < 0 || this.#text(length, false) === UNREAD) return NOT_SURE
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

  #wantedAt(wanted: readonly Key[], start: number, length: number): string | undefined {
    for (const { text, bytes } of wanted) {
      if (bytes.length === length && isSame(bytes, 0, this.#data, start, length)) return text
    }
    return undefined
  }

  /** The text of a key that was just passed. */
  #textOfKey(start: number, length: number): string {
    const data = this.#data
    const place = (length + 5 * (data[start] ?? 0) + 11 * data[start + length - 1]!) % KEY_PLACES
    const known = this.#known[place]
    if (known?.bytes.length === length && isSame(known.bytes, 0, data, start, length)) return known.text
    const bytes = data.slice(start, start + length)
    const text = exactDecoder.decode(bytes)
    if (length < SHORT_BYTES) this.#known[place] = { text, bytes }
    return text
  }

  /** Reads a value, or passes it; UNREAD where it is not surely one. */
  #value(level: number, builds: boolean): unknown {
    const data = this.#data
    const initial = this.#at < data.length ? data[this.#at]! : 0xff
    switch (initial >> 5) {
      case UNSIGNED: {
        const number = this.#length()
        return number < 0 ? UNREAD : number
      }
      case NEGATIVE: {
        const number = this.#length()
        return number < 0 ? UNREAD : -1 - number
      }
      case BYTES:
        return this.#bytes(builds)
      case TEXT: {
        const length = this.#length()
        return length < 0 ? UNREAD : this.#text(length, builds)
      }
      case ARRAY:
        return level === MOST_LEVELS ? UNREAD : this.#array(level, builds)
      case MAP:
        return level === MOST_LEVELS ? UNREAD : this.#map(level, builds)
      case TAG:
        this.#at++
        return this.#tagged(initial, builds)
      default:
        if (initial < FALSE || initial > NULL) return this.#float()
        this.#at++
        return initial === NULL ? null : initial === TRUE
    }
  }

  #array(level: number, builds: boolean): unknown {
    const count = this.#length()
    // Each element takes a byte at least.
    if (count < 0 || count > this.#data.length - this.#at) return UNREAD
    const read: unknown[] = []
    for (let i = 0; i < count; i++) {
      const value = this.#value(level + 1, builds)
      if (value === UNREAD) return UNREAD
      if (builds) read.push(value)
    }
    return read
  }

  #tagged(tag: number, builds: boolean): unknown {
    if (tag === TAG_TIME) {
      const seconds = this.#float()
      return seconds === UNREAD || !builds ? seconds : timeOf(seconds)
    }
    if (tag !== TAG_POSITIVE_BIGINT && tag !== TAG_NEGATIVE_BIGINT) return UNREAD
    if (this.#data[this.#at]! >> 5 !== BYTES) return UNREAD
    const bytes = this.#bytes(builds)
    if (bytes === UNREAD || !builds) return bytes
    return tag === TAG_POSITIVE_BIGINT ? bigintOf(bytes) : -1n - bigintOf(bytes)
  }

  /** A finite float of any size. */
  #float(): unknown {
    const at = this.#at
    const { buffer, byteOffset, length } = this.#data
    this.#view ??= new DataView(buffer, byteOffset, length)
    let value = Number.NaN
    switch (this.#data[at]) {
      case HALF:
        if (at + 3 <= length) value = halfOf(this.#view.getUint16(at + 1))
        this.#at = at + 3
        break
      case SINGLE:
        if (at + 5 <= length) value = this.#view.getFloat32(at + 1)
        this.#at = at + 5
        break
      case DOUBLE:
        if (at + 9 <= length) value = this.#view.getFloat64(at + 1)
        this.#at = at + 9
        break
      default:
    }
    return Number.isFinite(value) ? value : UNREAD
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

  #bytes(builds: boolean): unknown {
    const length = this.#length()
    const start = this.#at
    this.#at += length
    if (length < 0 || this.#at > this.#data.length) return UNREAD
    return builds ? this.#data.slice(start, this.#at) : undefined
  }

  /** So many bytes that are well-formed UTF-8. */
  #text(length: number, builds: boolean): unknown {
    const data = this.#data
    const start = this.#at
    this.#at += length
    if (this.#at > data.length) return UNREAD
    if (length < SHORT_BYTES && isAscii(data, start, this.#at)) {
      return builds ? shortText(data, start, this.#at) : undefined
    }
    try {
      return exactDecoder.decode(data.subarray(start, this.#at))
    } catch {
      return UNREAD
    }
  }
}

function shortText(bytes: Uint8Array, from: number, end: number): string {
  const units = new Array<number>(end - from)
  for (let i = 0; i < units.length; i++) units[i] = bytes[from + i]!
  return String.fromCharCode(...units)
}

function isSame(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}

/** A float of two bytes: a sign, five bits of exponent, ten of fraction. */
function halfOf(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  const sign = bits >> 15 === 1 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  return exponent === 31 ? Number.NaN : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
