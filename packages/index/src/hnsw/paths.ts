import type { Candidates } from '@voisin/spec'
import { align } from '../layout.ts'
import { metricCode } from '../metric-code.ts'
import type { Codes } from './codes.ts'
import { NO_NODE, type Space } from './space.ts'

/** How a search can go. All but `f32` look at codes first; `f32`, `int8` are exact, `graph` and `bits` find most. */
export type SearchPath = 'graph' | 'int8' | 'bits' | 'f32'

/** How many lowest bounds an exact search of codes remembers at first, beside k. More of them make a second pass rarer. */
const LISTED_AT_FIRST = 54
const LISTED_MOST = 2000
/** Nodes of a walk that are measured in f32 at least, beside k: with many dimensions all of a top 10 stand among the first 16 by codes. */
const MEASURED_BESIDE_K = 6

/** What a search found and what it took. */
export interface Found {
  readonly size: number
  /** Where the pairs of u32 offset and f32 distance lie; until the next call. */
  readonly at: number
  /** For an exact search of codes: whether it took a second pass. */
  readonly isSecondPass: boolean
  /** For a walk: how many of the nodes it kept were wanted. */
  readonly wanted: number
  /** Of wanted ones that no walk meets, how many were looked at as well. */
  readonly unlinked: number
}

/** Nodes at an address, u32 each; until the next call. */
export interface NodeList {
  readonly at: number
  readonly size: number
}

/**
 * The ways to look for the nearest, over the query that `setQuery` wrote. `count` is how many vectors there are, deleted ones included; the
 * nodes are as many.
 */
export class Paths {
  readonly #space: Space
  readonly #codes: Codes
  /** Grows when lists were too short to prove an answer, and slowly shrinks again. */
  #listed = LISTED_AT_FIRST
  // One object for all answers: a search allocates nothing but its result.
  readonly #found = { size: 0, at: 0, isSecondPass: false, wanted: 0, unlinked: 0 }
  readonly #list = { at: 0, size: 0 }

  constructor(space: Space, codes: Codes) {
    this.#space = space
    this.#codes = codes
  }

  /** Writes a checked query, and what codes need to know of it. */
  setQuery(query: Float32Array, norm: number): void {
    const { f32, fixed, dim, metric, vectorBytes, memory } = this.#space
    writeQuery(f32, fixed.query / 4, query, 0, dim, metric === 'cosine' ? norm : 1, vectorBytes / 4)
    if (this.#codes.areUsable) memory.kernels.prepareQuery(this.#codes.clip, fixed.signed, fixed.row, fixed.terms, 4)
  }

  /** Distances of the query to the vectors at some offsets, in their order. */
  distances(offsets: Uint32Array): Float32Array {
    if (offsets.length === 0) return new Float32Array(0)
    const { fixed, regions, memory, metric, vectorBytes } = this.#space
    // The kernel works on four at a time; what fills up the last four are repeats of offset 0.
    const rounded = align(offsets.length, 4)
    const at = this.#space.scratch(rounded * 8)
    const { u32, f32 } = this.#space
    u32.set(offsets, at / 4)
    u32.fill(0, at / 4 + offsets.length, at / 4 + rounded)
    const out = at + rounded * 4
    const norms = metric === 'cosine' ? regions.at.norms : 0
    memory.kernels.distances(metricCode(metric), fixed.query, vectorBytes, regions.at.vectors, norms, at, rounded, out)
    return f32.slice(out / 4, out / 4 + offsets.length)
  }

  /** The k nearest, by looking at every vector. */
  f32(count: number, k: number, isFiltered: boolean): Found {
    const { fixed, regions, memory, metric, vectorBytes } = this.#space
    const at = this.#space.scratch(k * 8)
    const size = memory.kernels.scan(
      metricCode(metric),
      fixed.query,
      vectorBytes,
      regions.at.vectors,
      metric === 'cosine' ? regions.at.norms : 0,
      regions.at.live,
      isFiltered ? regions.at.allow : 0,
      count,
      k,
      at,
      fixed.batch,
      0,
    )
    return this.#give(size, at, false, size)
  }

  /** The same answer, by looking at every code, or at those in a list of wanted nodes (`list` of `listWanted`). */
  int8(count: number, k: number, list?: NodeList): Found {
    const { fixed, memory, dim } = this.#space
    const isListed = list !== undefined
    const looked = isListed ? list.size : count
    const listed = Math.max(1, Math.min(looked, k + this.#listed))
    // A list lies at the front of scratch; its last group of four may be filled up.
    const skipped = isListed ? align((looked + 4) * 4, 8) : 0
    const at = this.#space.scratch(skipped + (k + listed) * 8) + skipped
    const size = memory.kernels.scanCodes(
      isListed ? list.at : 0,
      looked,
      k,
      listed,
      at,
      at + k * 8,
      fixed.terms,
      (dim + 4) * 2 ** -23,
      fixed.room,
    )
    const isSecondPass = size < 0
    if (isSecondPass) this.#listed = Math.min(LISTED_MOST, this.#listed * 2)
    else if (this.#listed > LISTED_AT_FIRST) this.#listed -= 1
    return this.#give(isSecondPass ? -1 - size : size, at, isSecondPass, looked)
  }

  /** Most of the k nearest, by bits, then by measuring the best `measured`. */
  bits(count: number, k: number, measured: number): Found {
    const { fixed, memory } = this.#space
    const listed = Math.min(count, Math.max(k, measured))
    const at = this.#space.scratch((k + listed) * 8)
    const { kernels } = memory
    kernels.binarize(fixed.query, fixed.queryBits, 1)
    const size = kernels.scanBits(fixed.queryBits, count, listed, at + k * 8)
    const found = kernels.answer(at + k * 8, size, false, size, k, at, fixed.room)
    return this.#give(found, at, false, size)
  }

  /**
   * Most of the k nearest, by a walk that keeps `ef` candidates.
   * @param without A node that the walk passes by.
   */
  graph(count: number, k: number, ef: number, without: number = NO_NODE): Found {
    const { fixed, memory } = this.#space
    const at = this.#space.scratch((k + ef) * 8)
    const size = memory.kernels.searchGraph(ef, count, at + k * 8, without)
    // With few dimensions many nodes have nearly the same code: a larger ef must find more there too.
    const measured = k + Math.max(MEASURED_BESIDE_K, k >> 2, ef >> 3)
    const found = memory.kernels.answer(at + k * 8, size, true, measured, k, at, fixed.room)
    return this.#give(found, at, false, this.#space.wantedKeys)
  }

  /**
   * The k nearest of what was found and of the live and allowed nodes from `first` to `count`, which no walk meets.
   * @param without A node that is passed over.
   */
  withUnlinked(found: Found, first: number, count: number, k: number, without: number = NO_NODE): Found {
    const { size, wanted } = found
    if (first >= count) return found
    const walked = this.#space.u32.slice(found.at / 4, found.at / 4 + size * 2)
    const list = this.#listFrom(first, count, without)
    // Then nothing was written over what was found.
    if (list.size === 0) return found
    const scanned = this.int8(count, k, list)
    const { at, isSecondPass } = scanned
    return this.#give(this.#merge(walked, at, scanned.size, k), at, isSecondPass, wanted, list.size)
  }

  /** Merges sorted pairs into those at an address, where there is room for k; returns how many there are then. */
  #merge(ours: Uint32Array, at: number, size: number, k: number): number {
    const { u32 } = this.#space
    const theirs = u32.slice(at / 4, at / 4 + size * 2)
    const [ourDistances, theirDistances] = [ours, theirs].map(({ buffer }) => new Float32Array(buffer))
    let i = 0
    let j = 0
    let to = at / 4
    const end = to + 2 * Math.min(k, (ours.length + theirs.length) / 2)
    for (; to < end; to += 2) {
      const difference = j >= theirs.length ? -1 : i >= ours.length ? 1 : ourDistances![i + 1]! - theirDistances![j + 1]!
      // At equal distance the smaller offset comes first.
      const isOurs = difference < 0 || (difference === 0 && ours[i]! < theirs[j]!)
      u32[to] = isOurs ? ours[i]! : theirs[j]!
      u32[to + 1] = isOurs ? ours[i + 1]! : theirs[j + 1]!
      if (isOurs) i += 2
      else j += 2
    }
    return (end - at / 4) / 2
  }

  /** The live and allowed nodes from `first` on, at the front of scratch. */
  #listFrom(first: number, count: number, without: number): NodeList {
    const list = this.#list
    list.at = this.#space.scratch((count - first + 4) * 4)
    const { u32, u8, regions, allowAt } = this.#space
    const { offsetOf, live } = regions.at
    const has = (bitmap: number, bit: number): boolean => ((u8[bitmap + (bit >> 3)]! >> (bit & 7)) & 1) === 1
    let size = 0
    for (let node = first; node < count; node++) {
      const offset = u32[offsetOf / 4 + node]!
      if (node === without || !has(live, offset) || (allowAt !== 0 && !has(allowAt, offset))) continue
      u32[list.at / 4 + size++] = node
    }
    list.size = size
    return list
  }

  /** The live and allowed nodes, in the order of their offsets, at the front of scratch. */
  listWanted(count: number): NodeList {
    const list = this.#list
    list.at = this.#space.scratch((count + 4) * 4)
    list.size = this.#space.memory.kernels.listWanted(count, list.at)
    return list
  }

  /** A result of one's own from what a path found. */
  read({ size, at }: Found): Candidates {
    const { u32, f32 } = this.#space
    const offsets = new Uint32Array(size)
    const distances = new Float32Array(size)
    for (let i = 0, place = at / 4; i < size; i++, place += 2) {
      offsets[i] = u32[place]!
      distances[i] = f32[place + 1]!
    }
    return { offsets, distances }
  }

  #give(size: number, at: number, isSecondPass: boolean, wanted: number, unlinked = 0): Found {
    const found = this.#found
    found.size = size
    found.at = at
    found.isSecondPass = isSecondPass
    found.wanted = wanted
    found.unlinked = unlinked
    return found
  }
}

/** Writes a row of `dim` elements, each divided by `norm`, and zeros up to `rowLength`. */
export function writeQuery(
  f32: Float32Array,
  place: number,
  queries: Float32Array,
  start: number,
  dim: number,
  norm: number,
  rowLength: number,
): void {
  for (let i = 0; i < dim; i++) f32[place + i] = queries[start + i]! / norm
  for (let i = dim; i < rowLength; i++) f32[place + i] = 0
}
