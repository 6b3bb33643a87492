import { type Durability, isVoisinError, type LongCallOptions, type Notice, StorageError } from '@voisin/spec'
import type { ReadyEntry } from './apply-entry.ts'
import type { Backing, Loaded, Tail } from './backing.ts'
import { followPage } from './page-life.ts'
import { BLOCK_BYTES, BlockWriter, discardBlocks, sealBlock, splitRun } from './persistence/blocks.ts'
import { Checkpointer, type Present } from './persistence/checkpoint.ts'
import type { CollectionRecord } from './persistence/collection-records.ts'
import type { BlockReference, Changes, LogEntry } from './persistence/entry-codec.ts'
import { completeEntry, type LoadSource, loadCollection } from './persistence/load.ts'
import { Log } from './persistence/log.ts'
import { NO_VECTOR, type PointRun, pointBytes } from './persistence/point-run.ts'
import type { Storage, Transaction } from './persistence/storage.ts'
import { Tabs } from './tabs.ts'

const LARGE_WRITE_BYTES = 2 ** 20

/** How much log may gather before it is folded into blocks. */
export interface CheckpointAfter {
  /** @default 512 */
  readonly entries?: number
  /** Bytes of vectors and payloads in the log. @default 8 MiB */
  readonly bytes?: number
}

export interface StoredBackingOptions {
  readonly durability: Durability
  readonly checkpointAfter?: CheckpointAfter
  readonly onNotice?: (notice: Notice) => void
  /** A write above this goes to blocks first, and its entry only names them. @default 1 MiB */
  readonly largeWriteBytes?: number
  /** @default BLOCK_BYTES */
  readonly blockBytes?: number
}

/** A run whose points are in blocks that nothing names yet. */
interface StoredRun {
  readonly references: readonly BlockReference[]
  readonly runs: readonly PointRun[]
}

const NOTHING: PointRun = { ids: [], rows: new Int32Array(0), vectors: new Float32Array(0), payloads: [] }

/** Keeps a collection in a database. */
export class StoredBacking implements Backing {
  readonly durability: Durability
  readonly #source: LoadSource
  readonly #largeWriteBytes: number
  readonly #checkpointAfter: Required<CheckpointAfter>
  readonly #onNotice: (notice: Notice) => void
  readonly #tabs: Tabs
  readonly #leavePage: () => void
  #onRemoteWrite: (lsn: number) => void = () => {}
  #checkpointer: Checkpointer | undefined
  #unfoldedBytes = 0
  /** After a checkpoint that failed: so many entries have to gather before the next is tried. */
  #restUntilEntries = 0
  #upkeep: Promise<void> | undefined
  #flushedLsn = 0

  constructor(storage: Storage, record: CollectionRecord, options: StoredBackingOptions) {
    const { durability, checkpointAfter: { entries = 512, bytes = 8 * 2 ** 20 } = {}, onNotice = () => {} } = options
    this.durability = durability
    const log = new Log(storage, record, durability === 'power' ? 'strict' : 'relaxed')
    this.#source = { storage, record, log, blockBytes: options.blockBytes ?? BLOCK_BYTES }
    this.#largeWriteBytes = options.largeWriteBytes ?? LARGE_WRITE_BYTES
    this.#checkpointAfter = { entries, bytes }
    this.#onNotice = onNotice
    this.#tabs = new Tabs(storage.name, record.number, (lsn) => this.#onRemoteWrite(lsn))
    this.#leavePage = followPage(this)
  }

  get checkpointLsn(): number {
    return this.#checkpointer?.lsn ?? 0
  }

  onRemoteWrite(listener: (lsn: number) => void): void {
    this.#onRemoteWrite = listener
  }

  async load(options: LongCallOptions): Promise<Loaded> {
    const loaded = await loadCollection(this.#source, options)
    this.#source.log.giveUp(loaded.tail)
    this.#checkpointer = new Checkpointer(this.#source, loaded)
    this.#unfoldedBytes = 0
    this.#flushedLsn = loaded.lsn
    return loaded
  }

  async append(changes: Changes, after: number, options: LongCallOptions): Promise<Tail> {
    options.signal?.throwIfAborted()
    for (;;) {
      if (bytesOf(changes.run, this.#source.record.dim) <= this.#largeWriteBytes) {
        return (await this.#appendEntry(changes, [], after)) as Tail
      }
      const stored = await this.#storeRun(changes.run, options)
      const small = { ...changes, run: NOTHING, blocks: stored.references }
      const tail = await this.#appendEntry(small, stored.runs, after)
      // Blocks that were swept while they waited are written again.
      if (tail !== 'unnamed') return tail
    }
  }

  async since(after: number): Promise<Tail> {
    const entries = await this.#source.log.since(after)
    return entries === 'moved' ? 'moved' : await this.#complete(entries)
  }

  applied(ready: ReadyEntry, firstOffsets: readonly number[], nextOffset: number): void {
    this.#checkpointer!.applied(ready, firstOffsets, nextOffset)
    this.#unfoldedBytes += bytesOf(ready.entry.run, this.#source.record.dim)
  }

  tell(lsn: number): void {
    this.#tabs.tell(lsn)
  }

  tend(now: () => Present): void {
    if (this.#upkeep !== undefined || !this.#isDue()) return
    this.#upkeep = this.#tabs
      .takeTurn((signal) => this.#checkpointWhileDue(now, signal))
      .catch((error: unknown) => {
        // A checkpoint that fails changes nothing: the log has it all. Only a full disk is worth a word.
        if (isVoisinError(error) && error.code === 'storage-full') this.#onNotice({ kind: 'quota', message: error.message })
      })
      .finally(() => {
        this.#upkeep = undefined
      })
  }

  async checkpoint(now: () => Present): Promise<void> {
    await this.#upkeep
    await this.#tabs.takeTurn(async (signal) => {
      if (await this.#checkpointer!.run(now, { signal })) this.#unfoldedBytes = 0
    })
  }

  async flush(): Promise<void> {
    if (this.durability === 'power') return
    this.#flushedLsn = await this.#source.log.harden(this.#flushedLsn)
  }

  pause(): void {
    this.#tabs.pause()
  }

  resume(): void {
    this.#tabs.resume()
  }

  async close(): Promise<void> {
    this.#leavePage()
    this.#tabs.close()
    await this.#upkeep
    this.#source.storage.close()
  }

  #isDue(): boolean {
    const { entries, bytes } = this.#checkpointAfter
    const unfolded = this.#checkpointer?.unfoldedEntries ?? 0
    return unfolded > this.#restUntilEntries && (unfolded >= entries || this.#unfoldedBytes >= bytes)
  }

  async #checkpointWhileDue(now: () => Present, signal: AbortSignal): Promise<void> {
    while (this.#isDue()) {
      const before = this.#unfoldedBytes
      this.#restUntilEntries = this.#checkpointer!.unfoldedEntries + Math.min(this.#checkpointAfter.entries, 64)
      if (!(await this.#checkpointer!.run(now, { signal }))) return
      this.#restUntilEntries = 0
      this.#unfoldedBytes = Math.max(0, this.#unfoldedBytes - before)
    }
  }

  async #appendEntry(changes: Changes, runs: readonly PointRun[], after: number): Promise<Tail | 'unnamed'> {
    const { log } = this.#source
    const result = await log.append(changes, after, (transaction) => this.#areThere(transaction, changes.blocks))
    if (result === 'moved' || result === 'unnamed') return result
    const missed = await this.#complete(result.missed)
    if (missed === 'moved') return 'moved'
    const { lsn, previous } = result
    return [...missed, { entry: { ...changes, lsn, previous }, blockRuns: runs }]
  }

  async #areThere(transaction: Transaction, references: readonly BlockReference[]): Promise<boolean> {
    const collection = this.#source.record.number
    const found = await Promise.all(references.map(({ id }) => transaction.items('blocks', { collection, from: id, to: id })))
    return found.every((ids) => ids.length === 1)
  }

  async #storeRun(run: PointRun, { signal, onProgress }: LongCallOptions): Promise<StoredRun> {
    const { storage, record } = this.#source
    const writer = new BlockWriter(storage, record.number)
    const runs = splitRun(run, record.dim, this.#source.blockBytes)
    const references: BlockReference[] = []
    let done = 0
    try {
      for (const part of runs) {
        signal?.throwIfAborted()
        const block = sealBlock(part, record.dim)
        references.push(block.reference)
        await writer.add(block)
        done += part.ids.length
        onProgress?.({ phase: 'store', done, total: run.ids.length, unit: 'points' })
      }
      await writer.flush()
      signal?.throwIfAborted()
    } catch (error) {
      await discardBlocks(storage, record.number, references)
      throw error
    }
    return { references, runs }
  }

  async #complete(entries: readonly LogEntry[]): Promise<Tail> {
    const ready: ReadyEntry[] = []
    for (const entry of entries) {
      const complete = await completeEntry(this.#source, entry)
      if (complete === undefined) {
        throw new StorageError('A write of another tab cannot be read.', {
          dataState: 'partial',
          remedy: 'Close the collection and open it again: it will say what is left.',
        })
      }
      ready.push(complete)
    }
    return ready
  }
}

function bytesOf({ ids, rows, payloads }: PointRun, dim: number): number {
  let bytes = 0
  for (let i = 0; i < ids.length; i++) bytes += pointBytes(ids[i]!, rows[i] !== NO_VECTOR, dim, payloads[i]!)
  return bytes
}
