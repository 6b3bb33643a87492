import type { BlockReference } from '../blocks/block-reference.ts'
import { cuts } from '../blocks/cut.ts'
import type { RowRun } from './manifest.ts'

/** A block with the rows that are live at this moment. */
export interface LiveBlock {
  readonly reference: BlockReference
  /** The write of the rows that do not say so themselves. */
  readonly lsn: number
  /** In order of row. */
  readonly runs: readonly RowRun[]
  /** It cannot be read: it stays as it is. */
  readonly isMissing: boolean
  /** It must not stay: it holds a payload whose point was deleted, say. */
  readonly isUnwanted: boolean
}

/** What becomes of one kind of rows. */
export type Piece =
  | { readonly kept: LiveBlock }
  /** Offsets whose rows go into a new block, ascending. */
  | { readonly offsets: readonly number[] }

export interface PlanOptions {
  /** By how many bytes a block is filled. */
  readonly blockBytes: number
  /** Bytes of a row that is written anew. */
  readonly bytesOf: (offset: number) => number
  /** Whether new blocks take the place of those that they replace, so that all rows stay in the order of offsets. */
  readonly keepsOrder: boolean
}

/** A block is written anew when more than this part of its rows is dead. */
const MOST_DEAD = 0.2

/**
 * Decides which blocks stay and which rows are written anew: those that are in no block yet, and those of blocks that are too empty,
 * too small, or hold what was deleted.
 *
 * @param blocks In the order of offsets, where order is to be kept.
 * @param loose Live offsets whose row is in none of these blocks, ascending.
 */
export function planBlocks(blocks: readonly LiveBlock[], loose: readonly number[], options: PlanOptions): Piece[] {
  return options.keepsOrder ? planInOrder(blocks, loose, options) : planFreely(blocks, loose, options)
}

function planFreely(blocks: readonly LiveBlock[], loose: readonly number[], options: PlanOptions): Piece[] {
  const pieces: Piece[] = []
  const moved = [...loose]
  const small: LiveBlock[] = []
  for (const block of blocks) {
    if (liveCount(block) === 0 && !block.isMissing) continue
    if (isFull(block, options)) pieces.push({ kept: block })
    else if (isSparse(block)) moved.push(...offsetsOf(block))
    else small.push(block)
  }
  // One small block alone has nobody to be joined with.
  if (small.length > 1 || (small.length === 1 && moved.length > 0)) for (const block of small) moved.push(...offsetsOf(block))
  else for (const kept of small) pieces.push({ kept })
  return [...pieces, ...cut(moved.sort(ascending), options)]
}

function planInOrder(blocks: readonly LiveBlock[], loose: readonly number[], options: PlanOptions): Piece[] {
  const pieces: Piece[] = []
  let gathered: number[] = []
  let only: LiveBlock | undefined
  let emptied = 0
  const settle = () => {
    // A single small block with nothing to go with it: writing it anew would change nothing.
    if (emptied === 1 && gathered.length === liveCount(only!) && !isSparse(only!)) pieces.push({ kept: only! })
    else pieces.push(...cut(gathered.sort(ascending), options))
    gathered = []
    emptied = 0
  }
  let at = 0
  const gatherUpTo = (end: number) => {
    while (at < loose.length && loose[at]! < end) gathered.push(loose[at++]!)
  }
  for (const block of blocks) {
    const first = block.runs[0]
    if (first === undefined) continue
    gatherUpTo(first.offset)
    // Another tab's manifest may have left out what this memory has: a row between those of the block.
    const isInterleaved = at < loose.length && loose[at]! < endOf(block)
    if (block.isMissing || (isFull(block, options) && !isInterleaved)) {
      settle()
      pieces.push({ kept: block })
    } else {
      gathered.push(...offsetsOf(block))
      gatherUpTo(endOf(block))
      only = block
      emptied++
    }
  }
  gatherUpTo(Number.POSITIVE_INFINITY)
  settle()
  return pieces
}

function cut(offsets: readonly number[], { blockBytes, bytesOf }: PlanOptions): Piece[] {
  const ends = cuts(offsets.length, blockBytes, (i) => bytesOf(offsets[i]!))
  return ends.map((end, i) => ({ offsets: offsets.slice(ends[i - 1] ?? 0, end) }))
}

/** Whether a block stays whatever else there is. */
function isFull(block: LiveBlock, { blockBytes, bytesOf }: PlanOptions): boolean {
  if (block.isMissing) return true
  if (isSparse(block)) return false
  let bytes = 0
  for (const offset of offsetsOf(block)) bytes += bytesOf(offset)
  return bytes >= blockBytes / 2
}

function isSparse(block: LiveBlock): boolean {
  return block.isUnwanted || liveCount(block) < block.reference.rows * (1 - MOST_DEAD)
}

/** The offset behind the last row's. */
function endOf({ runs }: LiveBlock): number {
  const { offset, count } = runs.at(-1)!
  return offset + count
}

function liveCount({ runs }: LiveBlock): number {
  return runs.reduce((sum, { count }) => sum + count, 0)
}

function* offsetsOf({ runs }: LiveBlock): Generator<number, void, undefined> {
  for (const { offset, count } of runs) for (let i = 0; i < count; i++) yield offset + i
}

function ascending(a: number, b: number): number {
  return a - b
}
