import { ByteReader, ByteWriter, seal, sealOf, unseal } from '@voisin/bytes'
import { CorruptDataError, isVoisinError, StorageError } from '@voisin/spec'
import { randomNumber } from './collection-records.ts'
import type { BlockReference } from './entry-codec.ts'
import { NO_VECTOR, type PointRun, pointBytes, readRun, writeRun } from './point-run.ts'
import type { Storage } from './storage.ts'

/** A block is filled up to this many bytes, by its points' bytes: a quarter million floats less a few, read in one go. */
export const BLOCK_BYTES: number = 384 * 1024

/**
 * No block is smaller, if need be by zeros at its end: Chromium keeps values from 64 KiB on in files of their own, which are
 * synced before a strict commit counts and give their space back when they are deleted.
 */
const LEAST_BLOCK_BYTES = 64 * 1024
const BLOCKS_PER_WRITE = 8
const READS_IN_FLIGHT = 8

/** A sealed block, with its name. */
export interface SealedBlock {
  readonly reference: BlockReference
  readonly record: Uint8Array
}

/** Seals a run of points as a block under a new id. */
export function sealBlock(run: PointRun, dim: number): SealedBlock {
  const writer = new ByteWriter(BLOCK_BYTES + 4096)
  writeRun(writer, run, dim)
  writer.pad(LEAST_BLOCK_BYTES)
  const record = seal('block', writer.finish())
  const reference = { id: randomNumber(), checksum: sealOf(record), bytes: record.length, count: run.ids.length }
  return { reference, record }
}

/** Reads a block and holds it against its name: the right block, every byte as it was written. */
export function openBlock(record: unknown, reference: BlockReference, dim: number): PointRun {
  const body = unseal('block', record)
  if (sealOf(record as Uint8Array) !== reference.checksum) throw new CorruptDataError('A block is not the one that was named.')
  const run = readRun(new ByteReader(body), dim)
  if (run.ids.length === reference.count) return run
  throw new CorruptDataError(`A block has ${run.ids.length} points, and its name says ${reference.count}.`)
}

/** Where to cut a row of points so that each part fills a block: the end of every part, exclusive. */
export function cuts(count: number, blockBytes: number, bytesOf: (index: number) => number): number[] {
  const ends: number[] = []
  let bytes = 0
  for (let i = 0; i < count; i++) {
    const next = bytesOf(i)
    if (bytes > 0 && bytes + next > blockBytes) {
      ends.push(i)
      bytes = 0
    }
    bytes += next
  }
  if (count > 0) ends.push(count)
  return ends
}

/** Cuts a run into runs that each fill a block. Vectors are views of the run's own. */
export function splitRun(run: PointRun, dim: number, blockBytes: number): PointRun[] {
  const { ids, rows, vectors, payloads } = run
  const ends = cuts(ids.length, blockBytes, (i) => pointBytes(ids[i]!, rows[i] !== NO_VECTOR, dim, payloads[i]!))
  let start = 0
  let row = 0
  return ends.map((end) => {
    const part = rows.slice(start, end)
    const first = row
    for (let i = 0; i < part.length; i++) if (part[i] !== NO_VECTOR) part[i] = row++ - first
    const result: PointRun = {
      ids: ids.slice(start, end),
      rows: part,
      vectors: vectors.subarray(first * dim, row * dim),
      payloads: payloads.slice(start, end),
    }
    start = end
    return result
  })
}

/** Stores blocks, several to a transaction, always strict: a relaxed one can be gone while the record that names it survives. */
export class BlockWriter {
  readonly #storage: Storage
  readonly #collection: number
  #waiting: SealedBlock[] = []

  constructor(storage: Storage, collection: number) {
    this.#storage = storage
    this.#collection = collection
  }

  async add(block: SealedBlock): Promise<void> {
    this.#waiting.push(block)
    if (this.#waiting.length >= BLOCKS_PER_WRITE) await this.flush()
  }

  async flush(): Promise<void> {
    const blocks = this.#waiting
    this.#waiting = []
    if (blocks.length === 0) return
    await this.#storage.write(['blocks'], 'strict', async (transaction) => {
      await Promise.all(
        blocks.map(({ reference, record }) => transaction.add('blocks', [this.#collection, reference.id], record)),
      )
    })
  }
}

/** Deletes blocks that nothing names and nothing will. Where that fails they lie there until they are swept. */
export async function discardBlocks(storage: Storage, collection: number, references: readonly BlockReference[]): Promise<void> {
  if (references.length === 0) return
  await storage
    .write(['blocks'], 'relaxed', async (transaction) => {
      for (const { id } of references) await transaction.delete('blocks', [collection, id])
    })
    .catch(() => {})
}

/** One block as it was found; `run` is undefined where it is damaged or missing. */
export interface FoundBlock {
  readonly reference: BlockReference
  readonly run: PointRun | undefined
}

/** Reads blocks in order, several at a time. One that is damaged does not hide the others. */
export async function* readBlocks(
  storage: Storage,
  collection: number,
  references: readonly BlockReference[],
  dim: number,
): AsyncGenerator<FoundBlock, void, undefined> {
  const parts = Array.from({ length: Math.ceil(references.length / READS_IN_FLIGHT) }, (_, i) =>
    references.slice(i * READS_IN_FLIGHT, (i + 1) * READS_IN_FLIGHT),
  )
  const readPart = (i: number) => {
    const part = parts[i]
    const reading = part && readRecords(storage, collection, part)
    // Where the reader leaves early, nobody waits for it.
    reading?.catch(() => {})
    return reading
  }
  let reading = readPart(0)
  for (const [i, part] of parts.entries()) {
    const records = await reading!
    // The next ones are on their way while these are looked at.
    reading = readPart(i + 1)
    for (const [j, reference] of part.entries()) yield { reference, run: tryOpen(records[j], reference, dim) }
  }
}

async function readRecords(storage: Storage, collection: number, references: readonly BlockReference[]): Promise<unknown[]> {
  const read = (part: readonly BlockReference[]) =>
    storage.read(['blocks'], (transaction) => Promise.all(part.map(({ id }) => transaction.get('blocks', [collection, id]))))
  try {
    return await read(references)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    // One unreadable record fails the whole transaction: each is tried alone.
    const records: unknown[] = []
    for (const reference of references) {
      records.push(
        await read([reference]).then(
          ([record]) => record,
          (cause: unknown) => {
            if (cause instanceof StorageError) return undefined
            throw cause
          },
        ),
      )
    }
    return records
  }
}

function tryOpen(record: unknown, reference: BlockReference, dim: number): PointRun | undefined {
  if (record === undefined) return undefined
  try {
    return openBlock(record, reference, dim)
  } catch (error) {
    if (isVoisinError(error) && error.code === 'corrupt-data') return undefined
    throw error
  }
}
