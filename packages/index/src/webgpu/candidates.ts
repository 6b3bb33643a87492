import type { Candidates } from '@voisin/spec'

/**
 * The candidates of one query, in their order, from the pairs the GPU kept in any order. As a u64 a pair has the key of its distance
 * above its offset, so sorting numbers sorts by distance, then by offset.
 * @param pairs Sorted in place.
 */
export function toCandidates(pairs: BigUint64Array<ArrayBuffer>): Candidates {
  pairs.sort()
  const words = new Uint32Array(pairs.buffer, pairs.byteOffset, pairs.length * 2)
  const offsets = new Uint32Array(pairs.length)
  const bits = new Uint32Array(pairs.length)
  for (let i = 0; i < pairs.length; i++) {
    offsets[i] = words[i * 2]!
    bits[i] = distanceBits(words[i * 2 + 1]!)
  }
  return { offsets, distances: new Float32Array(bits.buffer) }
}

// Undoes `keyOf` of the tile shader.
function distanceBits(key: number): number {
  return key & 0x8000_0000 ? key ^ 0x8000_0000 : ~key
}
