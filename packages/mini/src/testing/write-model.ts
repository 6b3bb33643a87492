import { crc32 } from '../crc32.ts'

/** What a small model is to have. Its rows are drawn by chance. */
export interface ModelPlan {
  readonly words: readonly string[]
  /** Pieces and their costs. */
  readonly pieces: readonly (readonly [string, number])[]
  /** @default 12 */
  readonly dim?: number
  /** @default 2 */
  readonly parts?: number
  /** @default 4 */
  readonly gram?: number
  /** @default code points of the longest piece */
  readonly longest?: number
  /** @default 2 */
  readonly discount?: number
  /** @default 3 */
  readonly spelling?: number
  /** @default -4 */
  readonly low?: number
  /** @default 0.02 */
  readonly step?: number
  /** @default 1 */
  readonly seed?: number
  /** Takes the place of what is drawn by chance: the i-th byte of the centroids, levels and codes, in their order. */
  readonly byteAt?: (i: number) => number
}

/** A model's file, as docs/format.md, "Built-in model", describes it. */
export function writeModel(plan: ModelPlan): Uint8Array {
  const { dim = 12, parts = 2, gram = 4, discount = 2, spelling = 3, low = -4, step = 0.02, seed = 1 } = plan
  const words = sorted(plan.words)
  const costs = new Map(plan.pieces)
  const pieces = sorted([...costs.keys()])
  const own = pieces.filter((piece) => Array.from(piece).length < 5 || !words.includes(piece))
  const rows = words.length + own.length
  const wordBytes = frontCoded(words)
  const pieceBytes = frontCoded(pieces, costs)
  const bytes = new Uint8Array(64 + wordBytes.length + pieceBytes.length + dim * 256 + rows + rows * parts)
  const header = new DataView(bytes.buffer)
  bytes.set([0x56, 0x4d, 0x4e, 0x49])
  header.setUint16(4, 1, true)
  header.setUint16(6, dim, true)
  header.setUint32(16, words.length, true)
  header.setUint32(20, pieces.length, true)
  header.setUint32(24, rows, true)
  header.setUint16(28, parts, true)
  header.setUint8(30, gram)
  header.setUint8(31, plan.longest ?? Math.max(0, ...pieces.map((piece) => Array.from(piece).length)))
  header.setFloat32(32, discount, true)
  header.setFloat32(36, spelling, true)
  header.setFloat32(40, low, true)
  header.setFloat32(44, step, true)
  header.setUint32(48, wordBytes.length, true)
  header.setUint32(52, pieceBytes.length, true)
  bytes.set(wordBytes, 64)
  bytes.set(pieceBytes, 64 + wordBytes.length)
  const byteAt = plan.byteAt ?? randomBytes(seed)
  const from = 64 + wordBytes.length + pieceBytes.length
  for (let i = from; i < bytes.length; i++) bytes[i] = byteAt(i - from)
  return seal(bytes)
}

/** Writes length and checksum as they should be, after a change. */
export function seal(bytes: Uint8Array): Uint8Array {
  const header = new DataView(bytes.buffer, bytes.byteOffset)
  header.setUint32(8, bytes.length, true)
  header.setUint32(12, crc32(bytes.subarray(16), crc32(bytes.subarray(0, 12))), true)
  return bytes
}

/** Each string: bytes shared with the one before, bytes that follow, those bytes, and its cost where there are costs. */
export function frontCoded(strings: readonly string[], costs?: ReadonlyMap<string, number>): Uint8Array {
  const list: number[] = []
  let before = new Uint8Array(0)
  for (const string of strings) {
    const bytes = new TextEncoder().encode(string)
    let shared = 0
    while (shared < before.length && before[shared] === bytes[shared]) shared++
    list.push(shared, bytes.length - shared, ...bytes.subarray(shared))
    if (costs !== undefined) list.push(costs.get(string)!)
    before = bytes
  }
  return Uint8Array.from(list)
}

/** In ascending order of their UTF-8 bytes, which is that of their code points. */
function sorted(strings: readonly string[]): string[] {
  const codePoints = (string: string) => Array.from(string, (character) => character.codePointAt(0)!)
  return [...new Set(strings)].sort((one, other) => {
    const [a, b] = [codePoints(one), codePoints(other)]
    const differing = a.findIndex((codePoint, i) => codePoint !== b[i])
    return differing < 0 ? -1 : (a[differing] ?? 0) - (b[differing] ?? -1)
  })
}

function randomBytes(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state >>> 24
  }
}
