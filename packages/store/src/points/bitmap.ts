/** A set of offsets: bit i is bit i & 7 of byte i >> 3; beyond its end nothing is. */
export type Bitmap = Uint8Array

/** An empty one, for offsets below `length`. */
export function emptyBitmap(length: number): Bitmap {
  return new Uint8Array(Math.ceil(length / 8))
}

export function hasBit(bits: Bitmap, offset: number): boolean {
  return (((bits[offset >> 3] ?? 0) >> (offset & 7)) & 1) === 1
}

export function setBit(bits: Bitmap, offset: number): void {
  bits[offset >> 3]! |= 1 << (offset & 7)
}

export function clearBit(bits: Bitmap, offset: number): void {
  if (offset >> 3 < bits.length) bits[offset >> 3]! &= ~(1 << (offset & 7))
}

/** How many are in it. */
export function countBits(bits: Bitmap): number {
  let count = 0
  for (let i = 0; i < bits.length; i++) count += BITS_OF_BYTE[bits[i]!]!
  return count
}

/** What is in it, ascending. */
export function bitsOf(bits: Bitmap): Uint32Array {
  const offsets = new Uint32Array(countBits(bits))
  let count = 0
  for (let i = 0; i < bits.length; i++) {
    for (let byte = bits[i]!; byte !== 0; byte &= byte - 1) offsets[count++] = i * 8 + LOWEST_BIT[byte]!
  }
  return offsets
}

/** Both of the same length. The first is changed, and returned. */
export function intersect(bits: Bitmap, other: Bitmap): Bitmap {
  for (let i = 0; i < bits.length; i++) bits[i]! &= other[i]!
  return bits
}

/** Both of the same length. The first is changed, and returned. */
export function unite(bits: Bitmap, other: Bitmap): Bitmap {
  for (let i = 0; i < bits.length; i++) bits[i]! |= other[i]!
  return bits
}

const BITS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)
const LOWEST_BIT = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 0 : 31 - Math.clz32(byte & -byte)))
