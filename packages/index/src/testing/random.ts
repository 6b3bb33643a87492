/** Numbers of [0, 1), the same for the same seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `length` numbers of [−1, 1). */
export function randomFloats(random: () => number, length: number): Float32Array {
  const floats = new Float32Array(length)
  for (let i = 0; i < length; i++) floats[i] = random() * 2 - 1
  return floats
}

/** A bitmap of `count` bits, each set with the given probability; and the bits after the last, which mean nothing, set too. */
export function randomBitmap(random: () => number, count: number, share: number): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(count / 8)).fill(255)
  for (let bit = 0; bit < count; bit++) if (random() >= share) bitmap[bit >> 3]! &= ~(1 << (bit & 7))
  return bitmap
}

/** Whether a bitmap's bit is set. */
export function bitOf(bitmap: Uint8Array, bit: number): boolean {
  return ((bitmap[bit >> 3]! >> (bit & 7)) & 1) === 1
}
