import { CorruptDataError, type PointId } from '@voisin/spec'
import { type BlockKind, type BlockReference, holdsPayloads } from '../blocks/block-reference.ts'
import { WORDS_BLOCK_BYTES } from '../blocks/cut.ts'
import type { BlockBytes } from '../blocks/large-write.ts'
import { bytesOfId } from '../points/point-columns.ts'
import type { CollectionState } from '../state/collection-state.ts'
import type { Doomed } from './blocks-of-deleted.ts'
import { type Liveness, liveBlocks, type PendingBlocks } from './live-blocks.ts'
import { type BirthRun, type Manifest, runsOf } from './manifest.ts'
import { type LiveBlock, type Piece, planBlocks } from './plan.ts'
import { planLinks } from './plan-links.ts'

/** A payload that is to be written, as it was when that was planned. */
export interface PlannedPayload {
  readonly id: PointId
  readonly payload: Uint8Array
  /** The write that it is of. */
  readonly lsn: number
}

/** Whose words are to be written, and the write that gave it them, as it was when that was planned. */
export interface PlannedWords {
  readonly id: PointId
  readonly lsn: number
}

/** What is to be done with one kind of rows: payloads, the vectors of one name, words, or the links of one name. */
export interface KindPlan {
  readonly kind: BlockKind
  /** As in the references of its blocks. */
  readonly vector: string
  readonly pieces: readonly Piece[]
  /** By offset; else empty. */
  readonly payloads: ReadonlyMap<number, PlannedPayload>
  /** By offset; else empty. */
  readonly words: ReadonlyMap<number, PlannedWords>
}

export interface CheckpointPlan {
  readonly kinds: readonly KindPlan[]
  /** Where offsets are to be numbered anew: those that keep a number, ascending; the n-th gets n. */
  readonly renumbered: Uint32Array | undefined
  /** The next offset, as it was when this was planned. */
  readonly nextOffset: number
  /** In the new numbers, where there are some. */
  readonly births: readonly BirthRun[]
  /** Whether nothing of what was deleted will be left. */
  readonly forgetsDeleted: boolean
}

export interface PlanInput {
  readonly state: CollectionState
  readonly base: Manifest
  readonly pending: readonly PendingBlocks[]
  /** Blocks that cannot be read: they stay as they are. */
  readonly missing: ReadonlySet<number>
  /** Entries that are in memory and not in the base: payloads that they wrote are newer than its rows. */
  readonly ahead: ReadonlySet<number>
  readonly blockBytes: BlockBytes
  /** Blocks that must not stay. */
  readonly doomed: Doomed
  /** Write every block anew that holds anything dead, and give up what cannot be read. */
  readonly dropsAllDead: boolean
  /** Bytes of unwanted blocks that may be written anew. */
  readonly rewriteBytes: number
}

/** Offsets are numbered anew when there are more than twice as many as live points, and so many more. */
const SPARE_OFFSETS = 65_536
/** Where everything dead is to go, so many are left alone. */
const FEW_OFFSETS = 1_024
/** What a row of payloads takes beside id and payload, in bytes. */
const ROW_BYTES = 12

/** Decides, at one moment, what a checkpoint keeps and what it writes. */
export function planCheckpoint(input: PlanInput): CheckpointPlan {
  const { state, doomed, dropsAllDead } = input
  // Of what was deleted since the heads were read nobody has looked where older payloads lie: anywhere, then.
  const isLate = state.deletions.some(({ lsn }) => lsn > doomed.through)
  const isUnwanted = (live: number, { kind, id, rows }: BlockReference) =>
    live < rows && (dropsAllDead || (holdsPayloads(kind) && (isLate || doomed.blocks.has(id))))
  const wanted = blocksNow(input, isUnwanted).filter(({ isMissing }) => !isMissing || !dropsAllDead)
  const blocks = limitRewriting(wanted, input.rewriteBytes)
  const kinds: readonly KindName[] = [
    { kind: 'payloads', vector: '' },
    ...Array.from(state.vectors.keys(), (vector) => ({ kind: 'vectors' as const, vector })),
    ...(state.words === undefined ? [] : [{ kind: 'words' as const, vector: state.words.maker }]),
    ...Array.from(state.vectors.keys(), (vector) => ({ kind: 'links' as const, vector })),
  ]
  const renumbered = needsRenumbering(state, dropsAllDead) ? Uint32Array.from(takenOffsets(state, blocks)) : undefined
  return {
    kinds: kinds.map((name) => planKind(input, name, blocks)),
    renumbered,
    nextOffset: state.ids.nextOffset,
    births: birthsOf(state, renumbered && numberingOf(renumbered)),
    forgetsDeleted: blocks.every((block, i) => block.isUnwanted === wanted[i]!.isUnwanted),
  }
}

/** The blocks of a collection with what of them is live at this moment. */
export function blocksNow(
  { state, base, pending, missing, ahead }: Pick<PlanInput, 'state' | 'base' | 'pending' | 'missing' | 'ahead'>,
  isUnwanted: (live: number, reference: BlockReference) => boolean = () => false,
): LiveBlock[] {
  const deleted = new Set(state.deletions.map(({ offset }) => offset))
  const liveness: Liveness = {
    hasPayloadOf(offset, lsn) {
      if (!state.ids.isLive(offset)) return false
      const written = state.payloadLsn(offset)
      return written <= lsn && !ahead.has(written)
    },
    hasVector: (vector, offset) => state.vectors.get(vector)?.has(offset) ?? false,
    hasWordsOf({ vector, id }, offset, lsn) {
      const { words } = state
      if (words?.maker !== vector || words.damaged.has(id) || !words.has(offset)) return false
      const written = words.lsn(offset)
      return written <= lsn && !ahead.has(written)
    },
    isDeleted: (offset) => deleted.has(offset),
  }
  return liveBlocks(base, pending, missing, liveness, isUnwanted)
}

/** The number that an offset gets. */
export function numberingOf(renumbered: Uint32Array | undefined): (offset: number) => number {
  if (renumbered === undefined) return (offset) => offset
  const numbers = new Map<number, number>()
  renumbered.forEach((offset, number) => void numbers.set(offset, number))
  return (offset) => {
    const number = numbers.get(offset)
    if (number !== undefined) return number
    throw new CorruptDataError('A checkpoint would lose a point; it is given up, and the log has it.', { dataState: 'intact' })
  }
}

function planKind(input: PlanInput, { kind, vector }: KindName, all: readonly LiveBlock[]): KindPlan {
  const { state, blockBytes } = input
  const blocks = all.filter(({ reference }) => reference.kind === kind && reference.vector === vector)
  if (kind === 'links') {
    const mayWrite = input.rewriteBytes === Number.POSITIVE_INFINITY
    return { kind, vector, pieces: planLinks(state.part(vector), blocks, mayWrite), payloads: new Map(), words: new Map() }
  }
  const covered = new Uint8Array(state.ids.nextOffset)
  for (const { runs } of blocks) for (const { offset, count } of runs) covered.fill(1, offset, offset + count)
  const { has, bytesOf, bytes } = ROWS[kind](state, vector, blockBytes)
  const loose: number[] = []
  for (const offset of state.ids.liveOffsets()) if (covered[offset] === 0 && has(offset)) loose.push(offset)
  const pieces = planBlocks(blocks, loose, { blockBytes: bytes, bytesOf, keepsOrder: kind === 'vectors' })
  return {
    kind,
    vector,
    pieces,
    payloads: new Map(kind === 'payloads' ? newOffsets(pieces).map((offset) => [offset, payloadAt(state, offset)]) : []),
    words: new Map(kind === 'words' ? newOffsets(pieces).map((offset) => [offset, wordsAt(state, offset)]) : []),
  }
}

type KindName = Pick<KindPlan, 'kind' | 'vector'>

/** Of each kind, which offsets have a row, how many bytes it takes, and by how many a block is filled. */
const ROWS: Record<Exclude<BlockKind, 'links'>, (state: CollectionState, vector: string, blockBytes: BlockBytes) => Rows> = {
  payloads: (state, _, { payloads }) => ({
    has: () => true,
    bytesOf: (offset) => state.payloadBytes(offset).length + bytesOfId(state.ids.id(offset)!) + ROW_BYTES,
    bytes: payloads,
  }),
  vectors(state, vector, { vectors }) {
    const part = state.part(vector)
    return { has: (offset) => part.has(offset), bytesOf: () => part.schema.dim * 4, bytes: vectors }
  },
  words({ ids, words }, _, { words: bytes = WORDS_BLOCK_BYTES }) {
    const bytesOf = (offset: number) => words!.storedBytes(offset) + bytesOfId(ids.id(offset)!) + ROW_BYTES
    return { has: (offset) => words!.has(offset), bytesOf, bytes }
  },
}

interface Rows {
  readonly has: (offset: number) => boolean
  readonly bytesOf: (offset: number) => number
  readonly bytes: number
}

/** Offsets whose rows are to be written. */
function newOffsets(pieces: readonly Piece[]): number[] {
  return pieces.flatMap((piece) => ('kept' in piece ? [] : piece.offsets))
}

function payloadAt(state: CollectionState, offset: number): PlannedPayload {
  return { id: state.ids.id(offset)!, payload: state.payloadBytes(offset), lsn: state.payloadLsn(offset) }
}

function wordsAt({ ids, words }: CollectionState, offset: number): PlannedWords {
  return { id: ids.id(offset)!, lsn: words!.lsn(offset) }
}

/** Takes back the wish to write blocks anew beyond so many bytes, but one at least; what holds nothing live costs nothing. */
function limitRewriting(blocks: readonly LiveBlock[], most: number): LiveBlock[] {
  let bytes = 0
  return blocks.map((block) => {
    if (!block.isUnwanted || block.runs.length === 0) return block
    const isFirst = bytes === 0
    bytes += block.reference.bytes
    return isFirst || bytes <= most ? block : { ...block, isUnwanted: false }
  })
}

function needsRenumbering({ ids }: CollectionState, dropsAllDead: boolean): boolean {
  return ids.nextOffset > 2 * ids.size + (dropsAllDead ? FEW_OFFSETS : SPARE_OFFSETS)
}

/** Live offsets, and those of rows that cannot be read. Ascending. */
function takenOffsets({ ids }: CollectionState, blocks: readonly LiveBlock[]): Iterable<number> {
  const missing = blocks.filter(({ isMissing }) => isMissing)
  if (missing.length === 0) return ids.liveOffsets()
  const taken = new Set(ids.liveOffsets())
  for (const { runs } of missing) for (const { offset, count } of runs) for (let i = 0; i < count; i++) taken.add(offset + i)
  return [...taken].sort((a, b) => a - b)
}

/** Births of live points that differ from their offset. Where offsets are numbered anew, the n-th born gets n. */
function birthsOf({ ids }: CollectionState, renumbered: ((offset: number) => number) | undefined): BirthRun[] {
  const pairs =
    renumbered === undefined
      ? [...ids.replaced()]
      : Array.from(ids.entries(), ([, offset], rank) => [renumbered(offset), rank] as const).filter(([now, rank]) => now !== rank)
  pairs.sort(([a], [b]) => a - b)
  return runsOf(pairs).map(({ first, second, count }) => ({ offset: first, birth: second, count }))
}
