const PRIME_1 = 0x9e3779b1
const PRIME_2 = 0x85ebca77
const PRIME_3 = 0xc2b2ae3d
const PRIME_4 = 0x27d4eb2f
const PRIME_5 = 0x165667b1

/**
 * Finds altered bytes, wherever voisin keeps some: browsers return them without an error.
 *
 * xxHash32 with seed 0 of bytes, as u32. Not for secrets: it finds damage, not malice.
 * Y. Collet, "xxHash fast digest algorithm", XXH32 algorithm description.
 */
export function checksum(bytes: Uint8Array): number {
  // Of whole words, which are read twice as fast as from a DataView. Every platform with WebAssembly is little-endian.
  // A slice of a Node Buffer would be no copy.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes)
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2)
  const length = bytes.byteLength
  let at = 0
  let hash: number
  if (length >= 16) {
    let a = (PRIME_1 + PRIME_2) | 0
    let b = PRIME_2 | 0
    let c = 0
    let d = -PRIME_1 | 0
    for (const end = words.length - 4; at <= end; at += 4) {
      a = mix(a, words[at]!)
      b = mix(b, words[at + 1]!)
      c = mix(c, words[at + 2]!)
      d = mix(d, words[at + 3]!)
    }
    hash = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0
  } else {
    hash = PRIME_5
  }
  hash = (hash + length) | 0
  for (; at < words.length; at++) hash = Math.imul(rotate((hash + Math.imul(words[at]!, PRIME_3)) | 0, 17), PRIME_4)
  for (let i = words.length * 4; i < length; i++) {
    hash = Math.imul(rotate((hash + Math.imul(bytes[i]!, PRIME_5)) | 0, 11), PRIME_1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2)
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function mix(lane: number, word: number): number {
  return Math.imul(rotate((lane + Math.imul(word, PRIME_2)) | 0, 13), PRIME_1)
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
