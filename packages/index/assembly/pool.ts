// The k nearest seen so far: a binary heap of u64 keys, the farthest at the root. A key is a distance, made to order like an unsigned
// integer, above an offset: comparing keys compares distances and breaks ties by the smaller offset. A heap, because k may be large:
// n vectors cost at most n · log k steps.

/** The key of a distance (no NaN, no −0) and an offset. */
export function keyOf(distance: f32, offset: u32): u64 {
  const bits = reinterpret<i32>(distance)
  return ((<u64>(<u32>(bits ^ ((bits >> 31) | <i32>0x80000000)))) << 32) | offset
}

/** The distance in a key. */
export function distanceOf(key: u64): f32 {
  const bits = <i32>(key >> 32)
  return reinterpret<f32>(bits ^ (~(bits >> 31) | <i32>0x80000000))
}

/** Offers a key to a pool of `size` keys of at most `k`; a full pool gives up its farthest for a nearer one. Returns the new size. */
export function offer(pool: usize, size: u32, k: u32, key: u64): u32 {
  if (size < k) {
    rise(pool, size, key)
    return size + 1
  }
  if (key < load<u64>(pool)) sink(pool, size, key)
  return size
}

/** Sorts a pool in place, nearest first. */
export function sortPool(pool: usize, size: u32): void {
  for (let left = size; left > 1; left--) {
    const last = pool + ((<usize>(left - 1)) << 3)
    const key = load<u64>(last)
    store<u64>(last, load<u64>(pool))
    sink(pool, left - 1, key)
  }
}

/** The same, and writes each key's distance over its upper half: pairs of u32 offset and f32 distance. */
export function settle(pool: usize, size: u32): void {
  sortPool(pool, size)
  for (let i: u32 = 0; i < size; i++) {
    const slot = pool + ((<usize>i) << 3)
    store<f32>(slot, distanceOf(load<u64>(slot)), 4)
  }
}

function rise(pool: usize, at: u32, key: u64): void {
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = load<u64>(pool + ((<usize>parent) << 3))
    if (above >= key) break
    store<u64>(pool + ((<usize>at) << 3), above)
    at = parent
  }
  store<u64>(pool + ((<usize>at) << 3), key)
}

/** Puts a key in place of the root of a heap of `size` keys. */
function sink(pool: usize, size: u32, key: u64): void {
  let at: u32 = 0
  while (true) {
    let child = (at << 1) + 1
    if (child >= size) break
    let below = load<u64>(pool + ((<usize>child) << 3))
    if (child + 1 < size) {
      const right = load<u64>(pool + ((<usize>child) << 3), 8)
      if (right > below) {
        below = right
        child++
      }
    }
    if (below <= key) break
    store<u64>(pool + ((<usize>at) << 3), below)
    at = child
  }
  store<u64>(pool + ((<usize>at) << 3), key)
}
