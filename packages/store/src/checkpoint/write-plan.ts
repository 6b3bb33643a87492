import type { BlockContent } from '../blocks/block-codec.ts'
import { BlockProof } from '../blocks/block-proof.ts'
import { BlockWriter } from '../blocks/block-store.ts'
import { inSlices } from '../database/in-slices.ts'
import type { Clock } from '../database/world.ts'
import type { PackedLinksPiece } from '../derived/vector-part.ts'
import type { PackedWords } from '../derived/words-part.ts'
import type { CollectionState } from '../state/collection-state.ts'
import type { CheckpointSource } from './checkpoint-source.ts'
import { type ManifestBlock, runsOf } from './manifest.ts'
import type { LiveBlock } from './plan.ts'
import { type CheckpointPlan, type KindPlan, numberingOf } from './plan-checkpoint.ts'
import { LINKS_ANEW } from './plan-links.ts'

/** A plan's blocks, kept and new, in their order. */
export interface WrittenPlan {
  readonly blocks: readonly ManifestBlock[]
  /** Deletes the new ones again: for a plan that came to nothing. */
  discard(): Promise<void>
}

/**
 * Stores what a plan says is to be written and reads it back. Where that fails, what was stored is deleted again: nothing names it yet.
 */
export async function writePlan(
  source: CheckpointSource,
  { kinds, renumbered, nextOffset }: CheckpointPlan,
  state: CollectionState,
  signal: AbortSignal | undefined,
): Promise<WrittenPlan> {
  const { storage, clock, randomNumber, log } = source
  const proof = new BlockProof(storage, clock, log.record.number)
  const writer = new BlockWriter(storage, log.record.number, randomNumber, (transaction) => log.checkExists(transaction), {
    onStored: (references) => proof.begin(references),
  })
  const numberOf = numberingOf(renumbered)
  const blocks: ManifestBlock[] = []
  try {
    const add = async (content: BlockContent, offsets: readonly number[]) => {
      signal?.throwIfAborted()
      const reference = await writer.add(content)
      // Links may be of vectors that have come since.
      const places = offsets.flatMap((offset, row) => (offset < nextOffset ? [[row, numberOf(offset)] as const] : []))
      const runs = runsOf(places)
      blocks.push({ reference, lsn: 0, runs: runs.map(({ first, second, count }) => ({ row: first, offset: second, count })) })
      await clock.yield()
    }
    const number = log.record.number
    for (const kind of kinds) {
      for (const piece of kind.pieces) {
        if ('kept' in piece) blocks.push(renumberedBlock(piece.kept, numberOf))
        else if (kind.kind === 'payloads') await add(payloadRows(number, kind, piece.offsets), piece.offsets)
        else if (kind.kind === 'vectors') {
          // A vector that died since is written no more: its death is in the log.
          const offsets = piece.offsets.filter((offset) => state.part(kind.vector).has(offset))
          if (offsets.length > 0) await add(vectorRows(number, kind, offsets, state), offsets)
        }
      }
      if (kind.kind === 'words') {
        for (const packed of await packWords(kind, state, clock, signal))
          await add(wordRows(number, kind, packed), packed.offsets)
      } else if (kind.pieces.includes(LINKS_ANEW)) {
        for (const { rows, bytes, offsets } of await packLinks(kind, state, clock, signal)) {
          await add({ ...common(number, kind.vector), kind: 'links', ids: [], lsns: [], rows, pack: bytes }, offsets)
        }
      }
    }
    await writer.flush()
    await proof.end()
    signal?.throwIfAborted()
  } catch (error) {
    await writer.discard()
    throw error
  }
  return { blocks, discard: () => writer.discard() }
}

function payloadRows(collection: number, { payloads }: KindPlan, offsets: readonly number[]): BlockContent {
  const rows = offsets.map((offset) => payloads.get(offset)!)
  const ids = rows.map(({ id }) => id)
  const lsns = rows.map(({ lsn }) => lsn)
  return { ...common(collection, ''), kind: 'payloads', ids, lsns, payloads: rows.map(({ payload }) => payload) }
}

function vectorRows(collection: number, { vector }: KindPlan, offsets: readonly number[], state: CollectionState): BlockContent {
  const part = state.part(vector)
  const { dim } = part.schema
  const data = new Float32Array(offsets.length * dim)
  offsets.forEach((offset, i) => void data.set(part.vector(offset)!, i * dim))
  const ids = offsets.map((offset) => state.ids.id(offset)!)
  const lsns = offsets.map((offset) => state.payloadLsn(offset))
  return { ...common(collection, vector), kind: 'vectors', dim, ids, lsns, data }
}

/** Words that have changed since are written no more: the log has the text. */
async function packWords(
  { pieces, words: planned }: KindPlan,
  { words }: CollectionState,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<PackedWords[]> {
  const blocks = pieces.flatMap((piece) => {
    if ('kept' in piece) return []
    return [new Map(piece.offsets.map((offset) => [offset, planned.get(offset)!.lsn]))]
  })
  if (blocks.length === 0) return []
  return await inSlices(words!.packSteps(blocks), clock, () => signal?.throwIfAborted())
}

/** Links as they are now: none where the index gives way to another one meanwhile. */
async function packLinks(
  { vector }: KindPlan,
  state: CollectionState,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<readonly PackedLinksPiece[]> {
  return (await inSlices(state.part(vector).packLinks(), clock, () => signal?.throwIfAborted())) ?? []
}

function wordRows(collection: number, { vector, words }: KindPlan, { offsets, pack }: PackedWords): BlockContent {
  const rows = offsets.map((offset) => words.get(offset)!)
  const ids = rows.map(({ id }) => id)
  return { ...common(collection, vector), kind: 'words', ids, lsns: rows.map(({ lsn }) => lsn), pack }
}

function common(collection: number, vector: string) {
  return { collection, vector, notBefore: 0 }
}

function renumberedBlock({ reference, lsn, runs }: LiveBlock, numberOf: (offset: number) => number): ManifestBlock {
  const pairs = runs.flatMap(({ row, offset, count }) =>
    Array.from({ length: count }, (_, i) => [row + i, numberOf(offset + i)] as const),
  )
  const placed = runsOf(pairs).map(({ first, second, count }) => ({ row: first, offset: second, count }))
  return { reference, lsn, runs: placed }
}
