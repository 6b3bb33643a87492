import { NOWHERE } from '@voisin/lexical'
import type { LongCallOptions, PointId } from '@voisin/spec'
import type { BlockRows } from '../blocks/block-codec.ts'
import { type BlockKind, isDerived } from '../blocks/block-reference.ts'
import { readBlocks } from '../blocks/block-store.ts'
import { inSlices } from '../database/in-slices.ts'
import { PayloadTable } from '../points/payload-table.ts'
import type { CollectionState, RestoredPoint } from '../state/collection-state.ts'
import type { LoadSource } from './load-source.ts'
import { countOf, type Manifest, type ManifestBlock } from './manifest.ts'

/** What of a manifest's blocks could not be read. */
export interface RestoreResult {
  readonly missingRows: number
  readonly missingBlocks: ReadonlySet<number>
  /** Some block's read failed: nobody knows yet whether it is damaged. */
  readonly isUnreadable: boolean
}

/** Fills an empty state with what a manifest's blocks hold. What cannot be read is left out. */
export async function restoreFromBlocks(
  source: LoadSource,
  state: CollectionState,
  manifest: Manifest,
  options: LongCallOptions,
): Promise<RestoreResult> {
  const missingBlocks = new Set<number>()
  let missingRows = 0
  let isUnreadable = false
  let done = 0
  const { words } = state
  const wordBlocks =
    words === undefined ? [] : blocksOf(manifest, 'words').filter(({ reference }) => reference.vector === words.maker)
  const rowBlocks = [...blocksOf(manifest, 'payloads'), ...blocksOf(manifest, 'vectors')]
  const total = rowBlocks.reduce((sum, { runs }) => sum + countOf(runs), 0)
  const read = async (
    blocks: readonly ManifestBlock[],
    take: (rows: BlockRows, block: ManifestBlock) => void,
    lose: (block: ManifestBlock, isUnreadable: boolean) => void,
  ) => {
    const references = blocks.map(({ reference }) => reference)
    let at = 0
    for await (const found of readBlocks(source.storage, source.clock, source.log.record.number, references)) {
      options.signal?.throwIfAborted()
      const block = blocks[at++]!
      if (found.rows === undefined) lose(block, found.isUnreadable)
      else take(found.rows, block)
      if (!isDerived(block.reference.kind)) done += countOf(block.runs)
      options.onProgress?.({ phase: 'load', done, total, unit: 'points' })
      await source.clock.yield()
    }
  }
  const miss = ({ reference, runs }: ManifestBlock, isReadFailing: boolean) => {
    missingBlocks.add(reference.id)
    missingRows += countOf(runs)
    isUnreadable ||= isReadFailing
  }

  const points: (RestoredPoint | undefined)[] = new Array(manifest.nextOffset).fill(undefined)
  const payloads = new PayloadTable()
  await read(
    blocksOf(manifest, 'payloads'),
    (rows, block) => {
      for (const { row, offset, count } of block.runs) {
        for (let i = 0; i < count; i++) {
          const lsn = rows.lsns[row + i]! || block.lsn
          points[offset + i] = { id: rows.ids[row + i]!, lsn }
          payloads.set(offset + i, rows.payloads[row + i]!)
        }
      }
    },
    miss,
  )
  if (missingBlocks.size > 0) dropOlderTwins(points)
  const births = new Map<number, number>()
  for (const { offset, birth, count } of manifest.births) for (let i = 0; i < count; i++) births.set(offset + i, birth + i)
  state.restore(points, payloads, births, manifest.nextOffset, manifest.nextOrdinal)

  const vectorBlocks = blocksOf(manifest, 'vectors')
  for (const [name, part] of state.vectors) {
    part.expect(vectorBlocks.reduce((sum, { reference, runs }) => sum + (reference.vector === name ? countOf(runs) : 0), 0))
  }
  await read(
    vectorBlocks,
    (rows, { runs, reference }) => {
      const offsets: number[] = []
      const kept: number[] = []
      for (const { row, offset, count } of runs) {
        for (let i = 0; i < count; i++) {
          if (points[offset + i] === undefined) continue
          offsets.push(offset + i)
          kept.push(row + i)
        }
      }
      state.restoreVectors(reference.vector, offsets, pick(rows, kept))
    },
    miss,
  )

  // What cannot be read of words is made again, and nothing is lost.
  const makeAgain = ({ reference }: ManifestBlock) => void words!.damaged.add(reference.id)
  await read(
    wordBlocks,
    (rows, block) => {
      const offsets = new Uint32Array(block.reference.rows).fill(NOWHERE)
      for (const { row, offset, count } of block.runs) {
        for (let i = 0; i < count; i++) if (points[offset + i] !== undefined) offsets[row + i] = offset + i
      }
      words!.restore(block.reference.id, rows.pack, offsets, rows.lsns)
    },
    makeAgain,
  )
  for (const [name, part] of state.vectors) {
    const offsets: number[] = []
    const pieces: Uint8Array[] = []
    const blocks = blocksOf(manifest, 'links').filter(({ reference }) => reference.vector === name)
    await read(
      blocks,
      (rows, { reference, runs }) => {
        const first = offsets.length
        for (let row = 0; row < reference.rows; row++) offsets.push(NOWHERE)
        for (const { row, offset, count } of runs) {
          for (let i = 0; i < count; i++) if (points[offset + i] !== undefined) offsets[first + row + i] = offset + i
        }
        pieces.push(rows.pack)
      },
      ({ reference }) => void part.links.damaged.add(reference.id),
    )
    if (pieces.length > 0 && pieces.length === blocks.length)
      part.restoreLinks(
        blocks.map(({ reference }) => reference.id),
        pieces,
        Uint32Array.from(offsets),
      )
  }
  await derive(source, state, options)
  return { missingRows, missingBlocks, isUnreadable }
}

/** Makes what restored points have that no block had, with pauses. */
export async function derive({ clock }: LoadSource, state: CollectionState, { signal }: LongCallOptions): Promise<void> {
  await inSlices(state.deriveSteps(), clock, () => signal?.throwIfAborted())
}

function blocksOf({ blocks }: Manifest, kind: BlockKind): ManifestBlock[] {
  return blocks.filter(({ reference }) => reference.kind === kind)
}

/** The rows of these places, one behind the other; the block's own where that is all of it. */
function pick({ data, dim, ids }: BlockRows, rows: readonly number[]): Float32Array {
  if (rows.length === ids.length) return data
  const picked = new Float32Array(rows.length * dim)
  rows.forEach((row, i) => void picked.set(data.subarray(row * dim, (row + 1) * dim), i * dim))
  return picked
}

/** A point that was upserted while its block could not be read is there twice once it can: the later one counts. */
function dropOlderTwins(points: (RestoredPoint | undefined)[]): void {
  const seen = new Set<PointId>()
  for (let offset = points.length - 1; offset >= 0; offset--) {
    const id = points[offset]?.id
    if (id === undefined) continue
    if (seen.has(id)) points[offset] = undefined
    seen.add(id)
  }
}
