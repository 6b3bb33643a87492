/** Whether a byte goes on with a character that began before it. */
export function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

export function countCodePoints(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; at++) if (!isContinuation(bytes[at]!)) count++
  return count
}

/** Writes a code point to bytes[at …]. Returns where it ends. */
export function encode(codePoint: number, bytes: Uint8Array, at: number): number {
  if (codePoint < 0x80) {
    bytes[at] = codePoint
    return at + 1
  }
  if (codePoint < 0x800) {
    bytes[at] = 0xc0 | (codePoint >> 6)
    bytes[at + 1] = 0x80 | (codePoint & 0x3f)
    return at + 2
  }
  if (codePoint < 0x10000) {
    bytes[at] = 0xe0 | (codePoint >> 12)
    bytes[at + 1] = 0x80 | ((codePoint >> 6) & 0x3f)
    bytes[at + 2] = 0x80 | (codePoint & 0x3f)
    return at + 3
  }
  bytes[at] = 0xf0 | (codePoint >> 18)
  bytes[at + 1] = 0x80 | ((codePoint >> 12) & 0x3f)
  bytes[at + 2] = 0x80 | ((codePoint >> 6) & 0x3f)
  bytes[at + 3] = 0x80 | (codePoint & 0x3f)
  return at + 4
}
