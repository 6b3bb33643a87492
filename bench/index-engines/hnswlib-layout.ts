/**
 * Bytes per vector in hnswlib, from its source: the vector, 2·M links with their count, and a label; on each of the upper layers, of
 * which a point has 1 / (M − 1) on average, M links and their count; the address of these and the level; a u16 in the list of visited
 * nodes; and a hash entry from label to offset, about four words.
 */
export function hnswlibBytesPerVector(dim: number, m: number, wordBytes: 4 | 8): number {
  const node = dim * 4 + 2 * m * 4 + 4 + wordBytes
  const upper = (m * 4 + 4) / (m - 1)
  return node + upper + wordBytes + 4 + 2 + 4 * wordBytes
}
