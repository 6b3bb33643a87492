import { BlockProof } from '../blocks/block-proof.ts'
import type { BlockReference } from '../blocks/block-reference.ts'
import { BlockWriter } from '../blocks/block-store.ts'
import type { CollectionState } from '../state/collection-state.ts'
import type { CheckpointSource } from './checkpoint-source.ts'
import { type ManifestBlock, runsOf } from './manifest.ts'
import type { LiveBlock } from './plan.ts'
import { type CheckpointPlan, type KindPlan, numberingOf } from './plan-checkpoint.ts'

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
  { kinds, renumbered }: CheckpointPlan,
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
    for (const kind of kinds) {
      for (const piece of kind.pieces) {
        signal?.throwIfAborted()
        if ('kept' in piece) {
          blocks.push(renumberedBlock(piece.kept, numberOf))
          continue
        }
        // A vector that died since is written no more: its death is in the log.
        const offsets = kind.isPayload ? piece.offsets : piece.offsets.filter((offset) => state.part(kind.vector).has(offset))
        if (offsets.length === 0) continue
        const reference = await writeRows(writer, log.record.number, kind, offsets, state)
        const runs = runsOf(offsets.map((offset, row) => [row, numberOf(offset)] as const))
        blocks.push({ reference, lsn: 0, runs: runs.map(({ first, second, count }) => ({ row: first, offset: second, count })) })
        await clock.yield()
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

function writeRows(
  writer: BlockWriter,
  collection: number,
  { isPayload, vector, payloads }: KindPlan,
  offsets: readonly number[],
  state: CollectionState,
): Promise<BlockReference> {
  const common = { collection, vector, notBefore: 0 }
  if (isPayload) {
    const rows = offsets.map((offset) => payloads.get(offset)!)
    const ids = rows.map(({ id }) => id)
    const lsns = rows.map(({ lsn }) => lsn)
    return writer.add({ ...common, kind: 'payloads', ids, lsns, payloads: rows.map(({ payload }) => payload) })
  }
  const part = state.part(vector)
  const { dim } = part.schema
  const data = new Float32Array(offsets.length * dim)
  offsets.forEach((offset, i) => void data.set(part.vector(offset)!, i * dim))
  const ids = offsets.map((offset) => state.ids.id(offset)!)
  const lsns = offsets.map((offset) => state.payloadLsn(offset))
  return writer.add({ ...common, kind: 'vectors', dim, ids, lsns, data })
}

function renumberedBlock({ reference, lsn, runs }: LiveBlock, numberOf: (offset: number) => number): ManifestBlock {
  const pairs = runs.flatMap(({ row, offset, count }) =>
    Array.from({ length: count }, (_, i) => [row + i, numberOf(offset + i)] as const),
  )
  const placed = runsOf(pairs).map(({ first, second, count }) => ({ row: first, offset: second, count }))
  return { reference, lsn, runs: placed }
}
