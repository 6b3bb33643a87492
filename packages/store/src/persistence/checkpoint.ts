import { CorruptDataError, type LongCallOptions, type PointId, StorageError } from '@voisin/spec'
import type { ReadyEntry } from '../apply-entry.ts'
import type { CollectionState } from '../collection-state.ts'
import { deadOf, isLive, NOWHERE, type PlacedBlock, placeAll } from './block-table.ts'
import { BlockWriter, cuts, discardBlocks, readBlocks, type SealedBlock, sealBlock } from './blocks.ts'
import { stillExists } from './collection-records.ts'
import { type BlockReference, blocksNamedBy } from './entry-codec.ts'
import type { Boundary, LoadedFromStorage, LoadSource } from './load.ts'
import { isDead, KEPT_MANIFESTS, type Manifest, type ManifestBlock, openIfWhole, rankRuns, sealManifest } from './manifest.ts'
import { NO_VECTOR, pointBytes } from './point-run.ts'
import type { Transaction } from './storage.ts'

/** What a collection is at this moment. */
export interface Present {
  readonly state: CollectionState
  readonly lsn: number
}

/**
 * Folds the log into blocks. New blocks are written and read back first; then one strict transaction makes the manifest that names
 * them the newest and trims the log, unless another tab was faster: the epoch says so. A checkpoint that ends anywhere before that
 * has changed nothing. Reads and writes go on meanwhile.
 *
 * The log is trimmed only as far as the manifest before the new one, so that going back one manifest loses nothing.
 */
export class Checkpointer {
  readonly #source: LoadSource
  #blocks: PlacedBlock[]
  #boundaries: Boundary[]
  #lsn: number
  #epoch: number

  constructor(source: LoadSource, { placement, epoch }: LoadedFromStorage) {
    this.#source = source
    this.#blocks = [...placement.blocks]
    this.#boundaries = [...placement.boundaries]
    this.#lsn = placement.lsn
    this.#epoch = epoch
  }

  /** The last entry that is folded in. */
  get lsn(): number {
    return this.#lsn
  }

  /** Entries applied since. */
  get unfoldedEntries(): number {
    return this.#boundaries.length - 1
  }

  /** Hears of an entry that was applied, with the first offset of each of its blocks. */
  applied({ entry }: ReadyEntry, firstOffsets: readonly number[], nextOffset: number): void {
    entry.blocks.forEach((reference, i) => void this.#blocks.push(placeAll(reference, firstOffsets[i]!)))
    this.#boundaries.push({ lsn: entry.lsn, nextOffset })
  }

  /** Returns whether a new manifest was written. */
  async run(now: () => Present, { signal }: LongCallOptions = {}): Promise<boolean> {
    if (!(await this.#takeInNewest(now))) return false
    const unnamed = await this.#sweep()
    signal?.throwIfAborted()

    const present = now()
    if (present.lsn === this.#lsn) return false
    const knownCount = this.#blocks.length
    const { blockBytes } = this.#source
    const plan = planCheckpoint(present.state, this.#blocks, blockBytes)
    const { placed, manifestBlocks } = await this.#writePieces(plan.pieces, present.state, signal)

    const manifest = { epoch: this.#epoch + 1, lsn: present.lsn, blocks: manifestBlocks, ranks: rankRuns(plan.ranks), unnamed }
    if (!(await this.#swap(manifest))) return false
    this.#epoch = manifest.epoch
    this.#lsn = present.lsn
    // Entries that were applied meanwhile may have brought blocks of their own.
    this.#blocks = [...placed, ...this.#blocks.slice(knownCount)]
    this.#boundaries = this.#boundaries.filter(({ lsn }) => lsn >= present.lsn)
    return true
  }

  /** Stores what is to be written and reads it back. Where that fails, what was stored is deleted again: nothing names it yet. */
  async #writePieces(pieces: Plan['pieces'], state: CollectionState, signal: AbortSignal | undefined) {
    const { storage, record, blockBytes } = this.#source
    const placed: PlacedBlock[] = []
    const manifestBlocks: ManifestBlock[] = []
    const written: BlockReference[] = []
    const writer = new BlockWriter(storage, record.number)
    try {
      for (const piece of pieces) {
        if ('kept' in piece) {
          placed.push(piece.kept)
          manifestBlocks.push({ reference: piece.kept.reference, dead: piece.dead })
          continue
        }
        for (const part of cutPoints(piece.points, state, blockBytes)) {
          signal?.throwIfAborted()
          const block = sealPoints(part, state)
          written.push(block.reference)
          await writer.add(block)
          const offsets = Uint32Array.from(part, ({ offset }) => offset)
          placed.push({ reference: block.reference, offsets, start: offsets[0]!, end: offsets.at(-1)! + 1 })
          manifestBlocks.push({ reference: block.reference, dead: new Uint8Array(0) })
        }
      }
      await writer.flush()
      await this.#readBack(written)
      signal?.throwIfAborted()
    } catch (error) {
      await discardBlocks(storage, record.number, written)
      throw error
    }
    return { placed, manifestBlocks }
  }

  /** Takes the newest manifest as the base, where another tab wrote it. False where this tab cannot: it is behind, or a block is damaged. */
  async #takeInNewest(now: () => Present): Promise<boolean> {
    const { storage, record } = this.#source
    const found = await storage.read(['manifests'], async (transaction) => {
      const epoch = (await transaction.lastItem('manifests', { collection: record.number })) ?? 0
      if (epoch === this.#epoch) return undefined
      return { manifest: openIfWhole(await transaction.get('manifests', [record.number, epoch])) }
    })
    if (found === undefined) return true
    const newest = found.manifest
    if (newest === undefined) return false
    const boundary = this.#boundaries.find(({ lsn }) => lsn === newest.lsn)
    if (boundary === undefined) return false

    const known = new Map(this.#blocks.map((block) => [block.reference.id, block]))
    const unknown = newest.blocks.filter(({ reference }) => !known.has(reference.id))
    const references = unknown.map(({ reference }) => reference)
    let at = 0
    for await (const { run } of readBlocks(storage, record.number, references, record.dim)) {
      if (run === undefined) return false
      const { reference, dead } = unknown[at++]!
      const { ids } = now().state
      const offsets = Uint32Array.from(run.ids, (id, position) => {
        const offset = isDead(dead, position) ? undefined : ids.offset(id)
        // An offset from the boundary on is a later version of the point: the one in this block is dead.
        return offset !== undefined && offset < boundary.nextOffset ? offset : NOWHERE
      })
      const live = offsets.filter((offset) => offset !== NOWHERE)
      known.set(reference.id, { reference, offsets, start: live[0] ?? NOWHERE, end: (live.at(-1) ?? -1) + 1 })
    }
    const later = this.#blocks.filter(({ start }) => start >= boundary.nextOffset)
    this.#blocks = [...inOrder(newest.blocks.map(({ reference }) => known.get(reference.id)!)), ...later]
    this.#boundaries = this.#boundaries.filter(({ lsn }) => lsn >= newest.lsn)
    this.#lsn = newest.lsn
    this.#epoch = newest.epoch
    return true
  }

  /**
   * Deletes blocks that nothing has named since the checkpoint before, and returns those that nothing names now. A block may be
   * unnamed because the large write that it belongs to has not been committed: so it has a whole checkpoint's time for that.
   */
  async #sweep(): Promise<number[]> {
    const { storage, record } = this.#source
    const collection = record.number
    return await storage.write(['blocks', 'manifests', 'log'], 'relaxed', async (transaction) => {
      const [ids, manifests, entries] = await Promise.all([
        transaction.items('blocks', { collection }),
        transaction.getAll('manifests', { collection }),
        transaction.getAll('log', { collection }),
      ])
      const opened = manifests.map(openIfWhole)
      // What a damaged manifest names is not known, so nothing is swept while it is kept.
      if (opened.some((manifest) => manifest === undefined)) return []
      const named = new Set<number>()
      for (const manifest of opened) for (const { reference } of manifest!.blocks) named.add(reference.id)
      for (const entry of entries) for (const { id } of blocksNamedBy(entry)) named.add(id)
      const before = new Set(opened.at(-1)?.unnamed)
      const unnamed = ids.filter((id) => !named.has(id))
      for (const id of unnamed) if (before.has(id)) await transaction.delete('blocks', [collection, id])
      return unnamed.filter((id) => !before.has(id))
    })
  }

  async #readBack(references: readonly BlockReference[]): Promise<void> {
    const { storage, record } = this.#source
    for await (const { run } of readBlocks(storage, record.number, references, record.dim)) {
      if (run !== undefined) continue
      throw new StorageError('A block was written and cannot be read back.', {
        remedy: 'The disk may be failing. What was stored before is intact.',
        dataState: 'intact',
      })
    }
  }

  async #swap(manifest: Manifest): Promise<boolean> {
    const { storage, record } = this.#source
    const collection = record.number
    const bytes = sealManifest(manifest)
    return await storage.write(['collections', 'manifests', 'log'], 'strict', async (transaction: Transaction) => {
      const newest = (await transaction.lastItem('manifests', { collection })) ?? 0
      if (newest !== this.#epoch || !(await stillExists(transaction, record))) return false
      await transaction.add('manifests', [collection, manifest.epoch], bytes)
      if (manifest.epoch > KEPT_MANIFESTS) {
        await transaction.deleteRange('manifests', { collection, to: manifest.epoch - KEPT_MANIFESTS })
      }
      // The manifest before this one still finds every entry it needs; so does a tab that is no further behind.
      await transaction.deleteRange('log', { collection, to: this.#lsn })
      return true
    })
  }
}

/** Blocks without a live point get a place between their neighbours. */
function inOrder(blocks: readonly PlacedBlock[]): PlacedBlock[] {
  let end = 0
  return blocks.map((block) => {
    const placed = block.start === NOWHERE || block.start < end ? { ...block, start: end, end: Math.max(end, block.end) } : block
    end = placed.end
    return placed
  })
}

/** A point to be written, as it was when the checkpoint began. */
interface PlannedPoint {
  readonly id: PointId
  readonly offset: number
  readonly payload: Uint8Array
}

type Piece = { readonly kept: PlacedBlock; readonly dead: Uint8Array } | { readonly points: readonly PlannedPoint[] }

interface Plan {
  /** In the order of offsets. */
  readonly pieces: readonly Piece[]
  readonly ranks: readonly number[]
}

/**
 * What to keep and what to write, decided at one moment: blocks stay as they are, loose points and the live ones of blocks that
 * are less than half full are written into new ones in their place. So the order of live points never changes.
 */
export function planCheckpoint(state: CollectionState, blocks: readonly PlacedBlock[], blockBytes: number): Plan {
  const { ids } = state
  const rankOf = new Uint32Array(ids.nextOffset)
  let next = 0
  for (const [, offset] of ids.entries()) rankOf[offset] = next++

  const pieces: Piece[] = []
  const ranks: number[] = []
  let loose: number[] = []
  let emptied: PlacedBlock[] = []
  let unreadableCount = 0
  const keep = (kept: PlacedBlock) => {
    const dead = deadOf(kept, state)
    pieces.push({ kept, dead })
    if (kept.unreadable) {
      // Ranks that are nobody's, so that the others keep their places in the list.
      for (let i = 0; i < kept.reference.count; i++) {
        if (isDead(dead, i)) continue
        ranks.push(next++)
        unreadableCount++
      }
    }
    for (const offset of kept.offsets) if (isLive(offset, state)) ranks.push(rankOf[offset]!)
  }
  const settle = () => {
    const only = emptied[0]
    // All of it alive and nothing to go with it: rewriting would change nothing.
    const isUnchanged =
      emptied.length === 1 && only!.reference.count === loose.length && only!.start <= loose[0]! && loose.at(-1)! < only!.end
    if (isUnchanged) keep(only!)
    else if (loose.length > 0) {
      pieces.push({ points: loose.map((offset) => ({ id: ids.id(offset)!, offset, payload: state.payloadBytes(offset) })) })
      for (const offset of loose) ranks.push(rankOf[offset]!)
    }
    loose = []
    emptied = []
  }
  let cursor = 0
  for (const block of blocks) {
    for (; cursor < block.start; cursor++) if (isLive(cursor, state)) loose.push(cursor)
    if (block.unreadable !== undefined || isWorthKeeping(block, state, blockBytes)) {
      settle()
      keep(block)
    } else {
      emptied.push(block)
      for (const offset of block.offsets) if (isLive(offset, state)) loose.push(offset)
    }
    cursor = Math.max(cursor, block.end)
  }
  for (; cursor < ids.nextOffset; cursor++) if (isLive(cursor, state)) loose.push(cursor)
  settle()
  if (ranks.length - unreadableCount !== ids.size) {
    throw new CorruptDataError('A checkpoint would not hold every point; it is given up, and the log keeps them.', {
      expected: `${ids.size} points`,
      received: `${ranks.length - unreadableCount}`,
      dataState: 'intact',
    })
  }
  return { pieces, ranks }
}

function isWorthKeeping({ reference, offsets }: PlacedBlock, state: CollectionState, blockBytes: number): boolean {
  let live = 0
  for (const offset of offsets) if (isLive(offset, state)) live++
  return (live / reference.count) * reference.bytes >= blockBytes / 2
}

function cutPoints(points: readonly PlannedPoint[], state: CollectionState, blockBytes: number): PlannedPoint[][] {
  const { dim } = state.schema
  const ends = cuts(points.length, blockBytes, (i) => {
    const { id, offset, payload } = points[i]!
    return pointBytes(id, state.vectorOffset(offset) !== undefined, dim, payload)
  })
  return ends.map((end, i) => points.slice(ends[i - 1] ?? 0, end))
}

function sealPoints(points: readonly PlannedPoint[], state: CollectionState): SealedBlock {
  const { dim } = state.schema
  const rows = new Int32Array(points.length)
  let count = 0
  points.forEach(({ offset }, i) => {
    rows[i] = state.vectorOffset(offset) === undefined ? NO_VECTOR : count++
  })
  const vectors = new Float32Array(count * dim)
  points.forEach(({ offset }, i) => {
    if (rows[i] !== NO_VECTOR) vectors.set(state.vector(offset)!, rows[i]! * dim)
  })
  return sealBlock({ ids: points.map(({ id }) => id), rows, vectors, payloads: points.map(({ payload }) => payload) }, dim)
}
