// docs/format.md, "Built-in model", written down as plainly as can be: what the decoder must agree with. It reads only whole, well-made files.

import { wordsOf } from './reference-words.ts'

/** What a file says. */
export interface ReferenceModel {
  readonly dim: number
  readonly gram: number
  readonly longest: number
  readonly discount: number
  readonly spelling: number
  /** Words and pieces with their rows. */
  readonly words: ReadonlyMap<string, number>
  readonly pieces: ReadonlyMap<string, { readonly cost: number; readonly row: number }>
  readonly rows: readonly (readonly number[])[]
}

export function readReference(bytes: Uint8Array): ReferenceModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const dim = view.getUint16(6, true)
  const rowCount = view.getUint32(24, true)
  const parts = view.getUint16(28, true)
  const low = view.getFloat32(40, true)
  const step = view.getFloat32(44, true)
  let at = 64
  const readString = (before: number[]): number[] => {
    const shared = bytes[at]!
    const own = bytes[at + 1]!
    const string = [...before.slice(0, shared), ...bytes.subarray(at + 2, at + 2 + own)]
    at += 2 + own
    return string
  }
  const decode = (string: number[]) => new TextDecoder().decode(Uint8Array.from(string))
  const words = new Map<string, number>()
  let string: number[] = []
  for (let i = 0; i < view.getUint32(16, true); i++) {
    string = readString(string)
    words.set(decode(string), i)
  }
  const pieces = new Map<string, { cost: number; row: number }>()
  string = []
  let next = words.size
  for (let i = 0; i < view.getUint32(20, true); i++) {
    string = readString(string)
    const piece = decode(string)
    const shared = Array.from(piece).length >= 5 ? words.get(piece) : undefined
    pieces.set(piece, { cost: bytes[at++]!, row: shared ?? next++ })
  }
  const width = dim / parts
  const centroids = at
  const levels = centroids + dim * 256
  const codes = levels + rowCount
  const rows = Array.from({ length: rowCount }, (_, row) =>
    Array.from({ length: dim }, (_, i) => {
      const part = Math.floor(i / width)
      const code = bytes[codes + row * parts + part]!
      return Math.exp(low + bytes[levels + row]! * step) * view.getInt8(centroids + (part * 256 + code) * width + (i % width))
    }),
  )
  return {
    dim,
    gram: view.getUint8(30),
    longest: view.getUint8(31),
    discount: view.getFloat32(32, true),
    spelling: view.getFloat32(36, true),
    words,
    pieces,
    rows,
  }
}

/** The rows of the pieces of a word. */
export function piecesOf(model: ReferenceModel, word: string): number[] {
  const characters = Array.from(word)
  const best = [{ total: 0, rows: [] as number[] }]
  for (let end = 1; end <= characters.length; end++) {
    best[end] = { total: Infinity, rows: [] }
    const offer = (begin: number, cost: number, rows: number[]) => {
      const total = best[begin]!.total + cost
      if (total < best[end]!.total) best[end] = { total, rows: [...best[begin]!.rows, ...rows] }
    }
    offer(end - 1, 510, [])
    for (let length = Math.min(model.longest, end); length >= 1; length--) {
      const piece = model.pieces.get(characters.slice(end - length, end).join(''))
      if (piece !== undefined) offer(end - length, piece.cost, [piece.row])
    }
  }
  return best[characters.length]!.rows
}

export function spellingOf(model: ReferenceModel, word: string): number[] {
  const bracketed = Array.from(`<${word}>`)
  const size = Math.min(model.gram, bracketed.length)
  const sum = new Array<number>(model.dim).fill(0)
  for (let from = 0; from + size <= bracketed.length; from++) {
    let h = 2166136261
    for (const character of bracketed.slice(from, from + size)) h = Math.imul(h ^ character.codePointAt(0)!, 16777619) >>> 0
    for (let dimension = 0; dimension < model.dim; dimension++) {
      const bits = mix((h + (Math.floor(dimension / 32) + 1) * 0x9e3779b9) % 2 ** 32)
      sum[dimension]! += Math.floor(bits / 2 ** (dimension % 32)) % 2 === 1 ? 1 : -1
    }
  }
  const length = norm(sum)
  return sum.map((element) => (length === 0 ? 0 : (element / length) * model.spelling))
}

/** The text's vector; undefined where it has none. */
export function embed(model: ReferenceModel, text: string, maxWords: number = Infinity): number[] | undefined {
  const vectors = wordsOf(text)
    .slice(0, maxWords)
    .flatMap((word) => {
      const row = model.words.get(word)
      if (row !== undefined) return [model.rows[row]!]
      return [...piecesOf(model, word).map((row) => model.rows[row]!), spellingOf(model, word)]
    })
  const s = add(model.dim, vectors)
  const weighted = vectors.map((e) => {
    const lengths = norm(e) * norm(s)
    const cosine = lengths === 0 ? 0 : dot(e, s) / lengths
    return e.map((element) => element * Math.exp(-model.discount * cosine))
  })
  const candidates = [add(model.dim, weighted), ...vectors]
  const vector = candidates.find((candidate) => norm(candidate) > 0)
  return vector?.map((element) => element / norm(vector))
}

function mix(x: number): number {
  let mixed = x
  mixed = (mixed ^ (mixed >>> 16)) >>> 0
  mixed = Math.imul(mixed, 0x85ebca6b) >>> 0
  mixed = (mixed ^ (mixed >>> 13)) >>> 0
  mixed = Math.imul(mixed, 0xc2b2ae35) >>> 0
  return (mixed ^ (mixed >>> 16)) >>> 0
}

function add(dim: number, vectors: readonly (readonly number[])[]): number[] {
  const sum = new Array<number>(dim).fill(0)
  for (const vector of vectors) for (let i = 0; i < dim; i++) sum[i]! += vector[i]!
  return sum
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, element, i) => sum + element * b[i]!, 0)
}

function norm(vector: readonly number[]): number {
  return Math.sqrt(dot(vector, vector))
}
