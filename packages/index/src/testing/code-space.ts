import type { Metric } from '@voisin/spec'
import { graphParameters } from '../hnsw/parameters.ts'
import { Space } from '../hnsw/space.ts'
import { openKernels, type Simd } from '../kernels.ts'
import type { CodedNode } from '../reference/code-distances.ts'
import { gapOf, squaredNorm } from '../reference/codes.ts'

/** The three ways in which codes are multiplied. */
export const WAYS: readonly [Way, Way, Way] = [
  { way: 'relaxed, by halves', simd: 'relaxed', addsHalves: true },
  { way: 'relaxed', simd: 'relaxed', addsHalves: false },
  { way: 'plain', simd: 'plain', addsHalves: false },
]

export interface Way {
  readonly way: string
  readonly simd: Simd
  readonly addsHalves: boolean
}

/** Every dim up to two code blocks and some beyond, the largest too. */
export const DIMS: readonly number[] = [...Array.from({ length: 130 }, (_, i) => i + 1), 384, 1023, 4096]

/** An empty space whose nodes are called like their offsets, all of them live. */
export async function openSpace(
  { simd, addsHalves }: Way,
  { dim, metric, count, m = 16, alpha = 1.1 }: { dim: number; metric: Metric; count: number; m?: number; alpha?: number },
): Promise<Space> {
  const memory = await openKernels({ bytes: 1, simd })
  memory.kernels.setAddsHalves(addsHalves)
  const space = new Space(memory, dim, metric, graphParameters({ m, alpha, efConstruction: m }), count)
  const { u8, u32, regions } = space
  for (let node = 0; node < count; node++) {
    u32[regions.at.offsetOf / 4 + node] = node
    u32[regions.at.nodeOf / 4 + node] = node
    u8[regions.at.live + (node >> 3)]! |= 1 << (node & 7)
  }
  return space
}

/** Codes with the gaps of dot. */
export function codedNodes(metric: Metric, codes: readonly Uint8Array[]): CodedNode[] {
  const largest = Math.ceil(Math.max(...codes.map(squaredNorm)) * 1.25)
  return codes.map((code) => ({ code, gap: metric === 'dot' ? gapOf(squaredNorm(code), largest) : 0 }))
}

/** Writes nodes from the first place on. */
export function writeNodes({ u8, u32, regions, codeBytes, metric }: Space, nodes: readonly CodedNode[]): void {
  for (const [node, { code, gap }] of nodes.entries()) {
    u8.set(code, regions.at.codes + node * codeBytes)
    if (metric !== 'cosine') u32[regions.at.codeNorms / 4 + node] = squaredNorm(code)
    if (metric === 'dot') u32[regions.at.codeGaps / 4 + node] = gap
  }
}

/**
 * Elements of a row of which each eight that an i16 adds up have so large a sum: 258 is the most that fits for whatever code. One of the eight
 * is 63, the largest a query has.
 */
export function tameRow(i: number, sum: number): number {
  const place = ((i >> 4) & 3) * 2 + (i & 1)
  return place === 0 ? 63 : place === 1 ? sum - 63 - 6 * 28 : 28
}

/** Codes in which every sum is as large as it can become, and some in between. `dim` elements, then 64s. */
export function extremeCodes(random: () => number, dim: number): Uint8Array[] {
  const patterns: ((i: number) => number)[] = [
    () => 0,
    () => 127,
    () => 64,
    (i) => (i % 2) * 127,
    (i) => ((i + 1) % 2) * 127,
    (i) => ((i >> 1) % 2) * 127,
    (i) => (i === 0 ? 0 : 127),
    () => Math.round(random()) * 127,
    () => Math.floor(random() * 128),
    () => Math.floor(random() * 128),
    () => 60 + Math.floor(random() * 9),
    (i) => 64 + tameRow(i, 258),
    (i) => 64 - tameRow(i, 258),
    (i) => 64 + tameRow(i, 259),
    (i) => 64 - tameRow(i, 259),
  ]
  return patterns.map((pattern) => Uint8Array.from({ length: Math.ceil(dim / 64) * 64 }, (_, i) => (i < dim ? pattern(i) : 64)))
}

/** A sorted pool's or a heap's keys: what stands above and below. */
export function readKeys({ u32 }: Space, at: number, size: number): { high: number; low: number }[] {
  return Array.from({ length: size }, (_, i) => ({ high: u32[at / 4 + i * 2 + 1]!, low: u32[at / 4 + i * 2]! }))
}

/** The f32 distance in the upper half of a heap's key; the scalar twin of `distanceOf` in assembly/pool.ts. */
export function distanceOfKey(high: number): number {
  const bits = high >= 0x80000000 ? high - 0x80000000 : ~high >>> 0
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!
}
