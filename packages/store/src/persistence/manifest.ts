import { ByteReader, ByteWriter, seal, unseal } from '@voisin/bytes'
import { CorruptDataError, isVoisinError } from '@voisin/spec'
import { type BlockReference, readMany, readReference, writeReference } from './entry-codec.ts'

/** One live block, and which of its points are not. */
export interface ManifestBlock {
  readonly reference: BlockReference
  /** Bit i: point i was updated or deleted since the block was written. Empty where none was. */
  readonly dead: Uint8Array
}

/** `count` ranks from `first` on. */
export interface RankRun {
  readonly first: number
  readonly count: number
}

/** A collection as of one log entry: everything up to it is in these blocks. */
export interface Manifest {
  /** 1 for a collection's first manifest; each swap adds one. */
  readonly epoch: number
  /** The last entry that is folded in. */
  readonly lsn: number
  /** In the order of offsets. */
  readonly blocks: readonly ManifestBlock[]
  /** For each live point, in the order of blocks, its place in the order of first upsert. */
  readonly ranks: readonly RankRun[]
  /** Blocks that nothing named when this was written. Those that still nothing names at the next checkpoint are deleted. */
  readonly unnamed: readonly number[]
}

/** So many manifests are kept, the newest and what it grew from. */
export const KEPT_MANIFESTS = 3

// Body of a manifest.
//
//   ├ epoch u64 ┼ lsn u64 ┤
//   ├ block count u32 ┼ for each: reference (entry-codec.ts), dead byte count u32, dead bits ┤
//   ├ rank run count u32 ┼ for each: first u64, count u32 ┤
//   ├ unnamed count u32 ┼ block ids u64 ┤

export function sealManifest(manifest: Manifest): Uint8Array {
  const writer = new ByteWriter(1024 + manifest.blocks.length * 32)
  writer.u64(manifest.epoch)
  writer.u64(manifest.lsn)
  writer.u32(manifest.blocks.length)
  for (const { reference, dead } of manifest.blocks) {
    writeReference(writer, reference)
    writer.u32(dead.length)
    writer.bytes(dead)
  }
  writer.u32(manifest.ranks.length)
  for (const { first, count } of manifest.ranks) {
    writer.u64(first)
    writer.u32(count)
  }
  writer.u32(manifest.unnamed.length)
  for (const id of manifest.unnamed) writer.u64(id)
  return seal('manifest', writer.finish())
}

/** @throws {CorruptDataError} The record was altered or cut off. */
export function openManifest(record: unknown): Manifest {
  const reader = new ByteReader(unseal('manifest', record))
  const epoch = reader.u64()
  const lsn = reader.u64()
  const blocks = readMany(reader, () => {
    const reference = readReference(reader)
    const dead = reader.bytes(reader.u32()).slice()
    if (dead.length !== 0 && dead.length !== Math.ceil(reference.count / 8)) {
      throw new CorruptDataError('A manifest’s deletions do not fit its block.')
    }
    return { reference, dead }
  })
  const ranks = readMany(reader, () => ({ first: reader.u64(), count: reader.u32() }))
  const unnamed = readMany(reader, () => reader.u64())
  reader.end()
  return { epoch, lsn, blocks, ranks, unnamed }
}

/** The manifest, or undefined where the record is damaged. */
export function openIfWhole(record: unknown): Manifest | undefined {
  try {
    return openManifest(record)
  } catch (error) {
    if (isVoisinError(error) && error.code === 'corrupt-data') return undefined
    throw error
  }
}

export function isDead(dead: Uint8Array, position: number): boolean {
  return dead.length > 0 && ((dead[position >> 3]! >> (position & 7)) & 1) === 1
}

/** Ranks as runs of consecutive ones. */
export function rankRuns(ranks: Iterable<number>): RankRun[] {
  const runs: { first: number; count: number }[] = []
  for (const rank of ranks) {
    const last = runs.at(-1)
    if (last !== undefined && last.first + last.count === rank) last.count++
    else runs.push({ first: rank, count: 1 })
  }
  return runs
}
