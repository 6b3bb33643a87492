import { distance4 } from './distance'
import { distanceOf, keyOf, offer } from './pool'
import { allow, live, metric, norms, offsetOf, query, vectorBytes, vectors } from './space'

// The last word is the f32 distance: every path ends here, so a vector's distance has the same bits whichever path found it.

/** Offsets that wait for their distances, at most four, then the distances. */
let waiting: usize = 0
let waitingCount: u32 = 0
let heap: usize = 0
let heapSize: u32 = 0
let heapLimit: u32 = 0

/** Begins an answer of at most k, kept at `pool`. `room`: 32 bytes. */
export function beginAnswer(pool: usize, k: u32, room: usize): void {
  heap = pool
  heapSize = 0
  heapLimit = k
  waiting = room
  waitingCount = 0
}

/** The k-th distance so far, or infinity while there are fewer. */
export function worstAnswer(): f32 {
  return heapSize < heapLimit ? f32.POSITIVE_INFINITY : distanceOf(load<u64>(heap))
}

/** Whether a node is live and allowed. */
export function isWanted(node: u32): bool {
  const offset = load<u32>(offsetOf + ((<usize>node) << 2))
  return hasBit(live, offset) && (allow == 0 || hasBit(allow, offset))
}

/** Whether a node is not deleted. */
export function isLive(node: u32): bool {
  return hasBit(live, load<u32>(offsetOf + ((<usize>node) << 2)))
}

function hasBit(bitmap: usize, bit: u32): bool {
  return ((load<u8>(bitmap + (<usize>bit >> 3)) >> (<u8>bit & 7)) & 1) != 0
}

/** Measures a node and offers it to the answer, now or with the next ones. */
export function offerNode(node: u32): void {
  const offset = load<u32>(offsetOf + ((<usize>node) << 2))
  store<u32>(waiting + ((<usize>waitingCount) << 2), offset)
  waitingCount++
  if (waitingCount == 4) measureWaiting()
}

function measureWaiting(): void {
  if (waitingCount == 0) return
  for (let i = waitingCount; i < 4; i++) store<u32>(waiting + ((<usize>i) << 2), load<u32>(waiting))
  v128.store(waiting, distance4(metric, query, vectorBytes, vectors, norms, waiting), 16)
  for (let i: usize = 0; i < waitingCount; i++) {
    const key = keyOf(load<f32>(waiting + (i << 2), 16), load<u32>(waiting + (i << 2)))
    heapSize = offer(heap, heapSize, heapLimit, key)
  }
  waitingCount = 0
}

/** Measures what waits; the answer stands at `pool`, not yet sorted. Returns how many there are. */
export function endAnswer(): u32 {
  measureWaiting()
  return heapSize
}
