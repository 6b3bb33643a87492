/** Payload blocks are filled up to this many bytes: one is read whole for a few payloads. */
export const PAYLOAD_BLOCK_BYTES: number = 128 * 1024
/** Blocks of vectors are filled up to this: 256 vectors of 384 dimensions. */
export const VECTOR_BLOCK_BYTES: number = 384 * 1024

/** Blocks of words are filled up to about this: the terms of each are read anew when a collection is opened. */
export const WORDS_BLOCK_BYTES: number = 2 ** 20

/** Where to cut a row of points so that each part fills a block: the end of every part, exclusive. */
export function cuts(count: number, blockBytes: number, bytesOf: (index: number) => number): number[] {
  const ends: number[] = []
  let bytes = 0
  for (let i = 0; i < count; i++) {
    const next = bytesOf(i)
    if (bytes > 0 && bytes + next > blockBytes) {
      ends.push(i)
      bytes = 0
    }
    bytes += next
  }
  if (count > 0) ends.push(count)
  return ends
}
