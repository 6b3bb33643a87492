export const DIM = 384
export const BATCH_POINTS = 20

/** A small generator (mulberry32: Tommy Ettinger, 2017): the same seed gives the same numbers in every life of the browser. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The vector of a point follows from its id, so that nobody has to remember what was written. Length DIM. */
export function vectorOf(id: number): Float32Array {
  const random = randomNumbers(id * 2_654_435_761 + 1)
  return Float32Array.from({ length: DIM }, () => random() * 2 - 1)
}

export function queryVector(number: number): Float32Array {
  return vectorOf(1_000_000_000 + number)
}

/** Ids of the points of one batch. */
export function idsOf(batch: number): number[] {
  return Array.from({ length: BATCH_POINTS }, (_, row) => batch * BATCH_POINTS + row)
}
