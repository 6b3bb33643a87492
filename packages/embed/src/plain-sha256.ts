/** Bytes that are taken at once. */
const BLOCK_BYTES = 64
const INITIAL = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]
const ROUNDS = 64

/** The first bits of the fractions of the cube roots of the first primes. */
function roundConstants(): Uint32Array {
  const constants = new Uint32Array(ROUNDS)
  let count = 0
  for (let candidate = 2; count < ROUNDS; candidate++) {
    let divisor = 2
    while (divisor * divisor <= candidate && candidate % divisor !== 0) divisor++
    if (divisor * divisor > candidate) constants[count++] = (Math.cbrt(candidate) % 1) * 2 ** 32
  }
  return constants
}

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by))

/** SHA-256 (FIPS 180-4), for realms without `crypto.subtle`: pages that are not served over HTTPS. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const constants = roundConstants()
  const state = Uint32Array.from(INITIAL)
  const words = new Uint32Array(ROUNDS)
  const take = (view: DataView, at: number) => {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(at + 4 * i)
    for (let i = 16; i < ROUNDS; i++) {
      const early = words[i - 15]!
      const late = words[i - 2]!
      const one = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)
      const other = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10)
      words[i] = words[i - 16]! + one + words[i - 7]! + other
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
    for (let i = 0; i < ROUNDS; i++) {
      const choice = (e & f) ^ (~e & g)
      const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + constants[i]! + words[i]!) | 0
      const majority = (a & b) ^ (a & c) ^ (b & c)
      const second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] = state[i]! + word
  }

  const whole = bytes.length - (bytes.length % BLOCK_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < whole; at += BLOCK_BYTES) take(view, at)
  // What is left, a one, zeros, and how many bits there were.
  const rest = bytes.length - whole
  const end = new Uint8Array(rest < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES)
  end.set(bytes.subarray(whole))
  end[rest] = 0x80
  const endView = new DataView(end.buffer)
  endView.setBigUint64(end.length - 8, BigInt(bytes.length) * 8n)
  for (let at = 0; at < end.length; at += BLOCK_BYTES) take(endView, at)

  const digest = new DataView(new ArrayBuffer(32))
  for (const [i, word] of state.entries()) digest.setUint32(4 * i, word)
  return new Uint8Array(digest.buffer)
}
