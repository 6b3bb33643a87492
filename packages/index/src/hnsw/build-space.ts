import type { KernelMemory } from '../kernels.ts'
import { align, checkBytes } from '../layout.ts'
import { NO_NODE, type Space, TABLE_FIELDS } from './space.ts'

/** Candidate links of a node while a graph is built. */
export const CANDIDATES = 64
/** A record of the upper levels for so many nodes: four times what levels drawn at a rate of 1/32 need. */
const NODES_PER_RECORD = 8

/**
 * The memory in which a graph is built: apart from the index's own, so that all that is needed for the build alone goes away with it, and
 * other threads can see it. Nodes are numbered as the builder was given them.
 */
export class BuildSpace {
  readonly memory: KernelMemory
  readonly count: number
  readonly codeBytes: number
  readonly m: number
  readonly m0: number
  readonly at: Readonly<Record<(typeof NAMES)[number], number>>
  readonly arenaCapacity: number
  u8: Uint8Array
  u32: Uint32Array
  #scratch: number

  /** @throws {LimitError} Such a build would pass 4 GiB, or what the index leaves it. */
  constructor(memory: KernelMemory, index: Space, count: number) {
    const { codeBytes, parameters, metric } = index
    const { m, m0, alpha } = parameters
    this.memory = memory
    this.count = count
    this.codeBytes = codeBytes
    this.m = m
    this.m0 = m0
    this.arenaCapacity = Math.ceil(count / NODES_PER_RECORD) + 64
    const isCosine = metric === 'cosine'
    const sizes: Record<(typeof NAMES)[number], number> = {
      table: TABLE_FIELDS * 4,
      state: 64,
      due: 1024 + 64,
      choice: 260 * 8,
      chosen: 260 * 4,
      row: 64 + 64 + 2 * codeBytes,
      otherRow: 64 + 64 + 2 * codeBytes,
      pool: 2048 * 8,
      codes: count * codeBytes,
      codeNorms: isCosine ? 0 : count * 4,
      codeGaps: metric === 'dot' ? count * 4 : 0,
      links: count * m0 * 4,
      linkCounts: count,
      levels: count,
      uppers: count * 4,
      arena: this.arenaCapacity * (m + 1) * 4,
      visited: count,
      candidates: count * CANDIDATES * 8,
      candidateCounts: count,
    }
    const at = {} as Record<(typeof NAMES)[number], number>
    let end = 64
    for (const name of NAMES) {
      at[name] = end
      end = align(end + sizes[name], 64)
    }
    checkBytes(end, index.buildBytes)
    // A row's head stands before its address.
    at.row += 64
    at.otherRow += 64
    this.at = at
    this.#scratch = end
    memory.growTo(end)
    this.u8 = new Uint8Array(memory.buffer)
    this.u32 = new Uint32Array(memory.buffer)
    // The memory may have served a build before.
    for (const name of ['linkCounts', 'visited', 'candidateCounts'] as const) this.u8.fill(0, at[name], at[name] + count)
    this.u32.set([NO_NODE, 0, 0, 0, 0], at.state / 4)
    const table = this.u32.subarray(at.table / 4, at.table / 4 + TABLE_FIELDS)
    table.fill(0)
    table.set([at.codes, codeBytes, isCosine ? 0 : at.codeNorms, metric === 'dot' ? at.codeGaps : 0])
    table.set([at.links, at.linkCounts, at.levels, at.uppers, at.arena, at.visited, m, m0, Math.floor(65536 / alpha)], 4)
    table.set([at.state, at.row, at.otherRow, at.due, at.choice, at.chosen], 13)
    memory.kernels.place(at.table)
    memory.kernels.placeCandidates(at.candidates, at.candidateCounts, CANDIDATES)
  }

  /** Room that is kept for the whole build, 64-byte aligned. To be taken before there is scratch. */
  take(bytes: number): number {
    const at = this.scratch(bytes)
    this.#scratch = align(at + bytes, 64)
    return at
  }

  /** Room behind everything for one step; at the same address each time. */
  scratch(bytes: number): number {
    const at = this.#scratch
    if (at + bytes > this.u8.byteLength) {
      checkBytes(at + bytes)
      this.memory.growTo(at + bytes)
      this.u8 = new Uint8Array(this.memory.buffer)
      this.u32 = new Uint32Array(this.memory.buffer)
    }
    return at
  }
}

// In the order in which they lie.
const NAMES = [
  'table',
  'state',
  'due',
  'choice',
  'chosen',
  'row',
  'otherRow',
  'pool',
  'codes',
  'codeNorms',
  'codeGaps',
  'links',
  'linkCounts',
  'levels',
  'uppers',
  'arena',
  'visited',
  'candidates',
  'candidateCounts',
] as const
