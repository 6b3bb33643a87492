import { CorruptDataError, classOf, findFault, InvalidPayloadError, isPlainObject, type Payload } from '@voisin/spec'
import { type DecodeOptions, type EncodeOptions, encode, Token, Tokenizer, Type, tokensToObject } from 'cborg'
import { bigintOf, bytesOf, exactDecoder, isAscii, timeOf } from './decoded-values.ts'
import { PayloadReader } from './payload-reader.ts'

// Payloads are CBOR (RFC 8949) in its shortest form, keys in the order the caller wrote them:
//   Date    tag 1, seconds since 1970 as a float: exact to the millisecond for every date that findFault lets through
//   bigint  tag 2 or 3 at any size, so that 5n does not come back as 5
//   −0      a float, as CBOR's integers have no such number

const TAG_TIME = 1
const TAG_POSITIVE_BIGINT = 2
const TAG_NEGATIVE_BIGINT = 3

const ENCODE_OPTIONS = {
  // cborg sorts keys unless told that there is no sorter.
  mapSorter: undefined,
  typeEncoders: {
    number: (value: number) => (Object.is(value, -0) ? new Token(Type.float, value) : null),
    bigint: (value: bigint) =>
      value >= 0n
        ? [new Token(Type.tag, TAG_POSITIVE_BIGINT), new Token(Type.bytes, bytesOf(value))]
        : [new Token(Type.tag, TAG_NEGATIVE_BIGINT), new Token(Type.bytes, bytesOf(-1n - value))],
    Date: (value: Date) => [new Token(Type.tag, TAG_TIME), new Token(Type.float, value.getTime() / 1000)],
  },
} as unknown as EncodeOptions // its type forbids an explicit undefined

const DECODE_OPTIONS: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  rejectDuplicateMapKeys: true,
  tags: {
    [TAG_TIME]: (content) => timeOf(content()),
    [TAG_POSITIVE_BIGINT]: (content) => bigintOf(content()),
    [TAG_NEGATIVE_BIGINT]: (content) => -1n - bigintOf(content()),
  },
}

/**
 * A payload as bytes.
 * @throws {InvalidPayloadError} Something in it is not plain data; the message names the place.
 */
export function encodePayload(payload: object): Uint8Array {
  if (!isPlainObject(payload)) {
    throw new InvalidPayloadError('A payload is a plain object.', { expected: 'an object literal', received: classOf(payload) })
  }
  const fault = findFault(payload)
  if (fault) {
    const { path, ...details } = fault
    throw new InvalidPayloadError(`payload${path} is not plain data.`, details)
  }
  return encode(payload, ENCODE_OPTIONS)
}

/** Values that were decoded, as bytes: the same for the same. They are not checked, for they are plain data already, at whatever depth. */
export function encodeDecoded(values: readonly unknown[]): Uint8Array {
  return encode(values, ENCODE_OPTIONS)
}

const reader = new PayloadReader()

/**
 * The payload that `encodePayload` made these bytes of.
 * @throws {CorruptDataError} The bytes are not a payload.
 */
export function decodePayload(bytes: Uint8Array): Payload {
  return reader.read(bytes) ?? decodeStrictly(bytes)
}

/** The same for any bytes, with the last word, and slower. */
export function decodeStrictly(bytes: Uint8Array): Payload {
  let payload: unknown
  try {
    // What cborg's own `decode` does, without an object of options for each.
    const tokenizer = new PayloadTokenizer(bytes, DECODE_OPTIONS)
    payload = tokensToObject(tokenizer, DECODE_OPTIONS)
    if (!tokenizer.done()) throw new RangeError('Something stands behind the value.')
  } catch (cause) {
    throw new CorruptDataError('These bytes are no payload.', { expected: 'CBOR as voisin writes it', cause })
  }
  if (!isPlainObject(payload)) throw new CorruptDataError('These bytes are no payload.', { expected: 'a CBOR map' })
  return payload as Payload
}

const STRING_MAJOR_TYPE = 3
// By the initial byte's low five bits, 24 and up: how many bytes stand before the string itself.
const LONG_PREFIX_BYTES = [2, 3, 5, 9]
// Below so many bytes looking at each is faster than searching the string.
const SHORT_BYTES = 32
const REPLACEMENT = '\ufffd'

/** cborg may swallow a byte order mark at the start of a string, and puts U+FFFD in the place of bytes that are no text. */
class PayloadTokenizer extends Tokenizer {
  override next(): Token {
    const start = this.pos()
    const { data } = this
    const initial = data[start]!
    const token = super.next()
    if (initial >> 5 !== STRING_MAJOR_TYPE) return token
    const length = initial & 31
    const at = start + (length < 24 ? 1 : LONG_PREFIX_BYTES[length - 24]!)
    const end = this.pos()
    if (end - at < SHORT_BYTES && isAscii(data, at, end)) return token
    const hasBom = data[at] === 0xef && data[at + 1] === 0xbb && data[at + 2] === 0xbf
    if (!hasBom && !token.value.includes(REPLACEMENT)) return token
    return new Token(Type.string, exactDecoder.decode(data.subarray(at, end)))
  }
}
