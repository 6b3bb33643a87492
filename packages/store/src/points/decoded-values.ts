// What stands in CBOR for values that it has no type for, or that its libraries are not exact about.

/** Every byte of a text, or none: a byte order mark is kept, and what is not well-formed throws. */
export const exactDecoder: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function isAscii(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) if (bytes[at]! >= 0x80) return false
  return true
}

export function timeOf(seconds: unknown): Date {
  if (typeof seconds !== 'number') throw new TypeError('a time is a number')
  return new Date(Math.round(seconds * 1000))
}

export function bytesOf(value: bigint): Uint8Array {
  const digits = value.toString(16)
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return Uint8Array.from({ length: even.length / 2 }, (_, i) => Number.parseInt(even.slice(2 * i, 2 * i + 2), 16))
}

export function bigintOf(bytes: unknown): bigint {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a bigint is bytes')
  return BigInt(`0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') || '0'}`)
}
