export { seeded } from '../hnsw/parameters.ts'

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
