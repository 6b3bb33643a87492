import { ByteReader, ByteWriter, ifWhole, seal, unseal } from '@voisin/bytes'
import { CorruptDataError } from '@voisin/spec'
import { type BlockReference, readReferenceIfKnown, writeReference } from '../blocks/block-reference.ts'
import { type CollectionRecord, readCollectionRecord, spellCollectionRecord } from '../database/collection-record.ts'
import { readMany } from '../points/column-codec.ts'

/** Consecutive rows of a block at consecutive offsets. */
export interface RowRun {
  readonly row: number
  readonly offset: number
  readonly count: number
}

export function countOf(runs: readonly RowRun[]): number {
  return runs.reduce((sum, { count }) => sum + count, 0)
}

/** A block, and which of its rows are live, where. */
export interface ManifestBlock {
  readonly reference: BlockReference
  /** The write of the rows that do not say so themselves. */
  readonly lsn: number
  /** Live rows only, in order of row. */
  readonly runs: readonly RowRun[]
}

/** Consecutive offsets with consecutive births. */
export interface BirthRun {
  readonly offset: number
  readonly birth: number
  readonly count: number
}

/** A collection as of one log entry: everything up to it is in these blocks, but what is said to be missing. */
export interface Manifest {
  readonly collection: CollectionRecord
  /** 1 for a collection's first manifest; each swap adds one. */
  readonly sequence: number
  /** Grows by one when offsets are numbered anew. */
  readonly epoch: number
  /** The last entry that is folded in, and its checksum. */
  readonly lsn: number
  readonly checksum: number
  readonly nextOrdinal: number
  readonly nextOffset: number
  /** Blocks of payloads in any order; those of a vector in the order of offsets. */
  readonly blocks: readonly ManifestBlock[]
  /** Of the live points whose birth is not their offset, in order of offset. */
  readonly births: readonly BirthRun[]
  /** Entries that could not be read when they were to be folded in; their records are set aside. */
  readonly lost: readonly number[]
  /** The same of entries whose records were given up since: tabs that had read them know by this that they have more. */
  readonly givenUp: readonly number[]
  /** Blocks that nothing named when this was written. Those that still nothing names at the next checkpoint are deleted. */
  readonly unnamed: readonly number[]
}

/** Entries up to its end that are not in a manifest, or not whole. */
export function missingFrom({ lost, givenUp }: Manifest): Set<number> {
  return new Set([...lost, ...givenUp])
}

/** The newest, and the one it grew from. */
export const KEPT_MANIFESTS = 2
export const COPIES = 2

/** Offsets beyond twice the rows: dead ones that were not numbered anew yet, and those of writes that could not be read. */
const MOST_SPARE_OFFSETS = 2 ** 26

/** As for the body of a block, and for the same reasons. */
const LEAST_BYTES = 64 * 1024

/** What a collection is before its first checkpoint. */
export function nothingFolded(collection: CollectionRecord): Manifest {
  return {
    collection,
    sequence: 0,
    epoch: 0,
    lsn: 0,
    checksum: 0,
    nextOrdinal: 0,
    nextOffset: 0,
    blocks: [],
    births: [],
    lost: [],
    givenUp: [],
    unnamed: [],
  }
}

// As docs/format.md draws it.
export function sealManifest(manifest: Manifest): Uint8Array {
  const writer = new ByteWriter(LEAST_BYTES)
  writer.string(spellCollectionRecord(manifest.collection))
  writer.u64(manifest.sequence)
  writer.u64(manifest.epoch)
  writer.u64(manifest.lsn)
  writer.u32(manifest.checksum)
  writer.u64(manifest.nextOrdinal)
  writer.u64(manifest.nextOffset)
  writeList(writer, manifest.blocks, ({ reference, lsn, runs }) => {
    writeReference(writer, reference)
    writer.u64(lsn)
    writeList(writer, runs, ({ row, offset, count }) => writeTriple(writer, row, offset, count))
  })
  writeList(writer, manifest.births, ({ offset, birth, count }) => writeTriple(writer, offset, birth, count))
  writeList(writer, manifest.lost, (lsn) => writer.u64(lsn))
  writeList(writer, manifest.givenUp, (lsn) => writer.u64(lsn))
  writeList(writer, manifest.unnamed, (id) => writer.u64(id))
  writer.pad(LEAST_BYTES)
  return seal('manifest', writer.finish())
}

/**
 * What stands behind its last list, a later version has added: it is passed over.
 * @throws {CorruptDataError} The record was altered or cut off, or is another one's.
 * @throws {UnsupportedError} A newer version wrote it.
 */
export function openManifest(record: unknown, collection: number, sequence: number): Manifest {
  const reader = new ByteReader(unseal('manifest', record))
  const manifest: Manifest = {
    collection: readCollectionRecord(reader.string()),
    sequence: reader.u64(),
    epoch: reader.u64(),
    lsn: reader.u64(),
    checksum: reader.u32(),
    nextOrdinal: reader.u64(),
    nextOffset: reader.u64(),
    blocks: readMany(reader, () => readBlock(reader)).flatMap((block) => block ?? []),
    births: readMany(reader, () => ({ offset: reader.u32(), birth: reader.u32(), count: reader.u32() })),
    lost: readMany(reader, () => reader.u64()),
    givenUp: readMany(reader, () => reader.u64()),
    unnamed: readMany(reader, () => reader.u64()),
  }
  if (manifest.collection.number !== collection || manifest.sequence !== sequence) {
    throw new CorruptDataError('A manifest lies in another one’s place.')
  }
  checkRuns(manifest)
  return manifest
}

/** Undefined where it is derived in a way that this version does not know: then it is passed over. */
function readBlock(reader: ByteReader): ManifestBlock | undefined {
  const reference = readReferenceIfKnown(reader)
  const lsn = reader.u64()
  const runs = readMany(reader, () => ({ row: reader.u32(), offset: reader.u32(), count: reader.u32() }))
  return reference && { reference, lsn, runs }
}

const NOTHING_TAKEN = new Uint8Array(0)

/** Each offset has at most one live payload, and words once from each maker; the vectors of one name stand in the order of offsets. */
function checkRuns({ blocks, nextOffset }: Manifest): void {
  // As many as there can be rows: a count that lies must not take memory.
  const rows = blocks.reduce((sum, { reference }) => sum + reference.rows, 0)
  if (nextOffset > 2 * rows + MOST_SPARE_OFFSETS) throw new CorruptDataError('A manifest counts more offsets than there can be.')
  const takenBy = new Map<string, Uint8Array>()
  const ends = new Map<string, number>()
  for (const { reference, runs } of blocks) {
    const inOrder = reference.kind === 'vectors'
    const key = `${reference.kind} ${reference.vector}`
    const taken = inOrder ? NOTHING_TAKEN : (takenBy.get(key) ?? new Uint8Array(nextOffset))
    takenBy.set(key, taken)
    for (const { row, offset, count } of runs) {
      const isInside = row + count <= reference.rows && offset + count <= nextOffset
      const isFree = inOrder ? offset >= (ends.get(key) ?? 0) : taken.subarray(offset, offset + count).every((bit) => bit === 0)
      if (!isInside || !isFree) throw new CorruptDataError('A manifest has two rows for one place, or rows that are not there.')
      if (inOrder) ends.set(key, offset + count)
      else taken.fill(1, offset, offset + count)
    }
  }
}

/** The manifest, or undefined where the record is damaged. */
export function openIfWhole(record: unknown, collection: number, sequence: number): Manifest | undefined {
  return ifWhole(() => openManifest(record, collection, sequence))
}

function writeList<T>(writer: ByteWriter, items: readonly T[], write: (item: T) => void): void {
  writer.u32(items.length)
  for (const item of items) write(item)
}

function writeTriple(writer: ByteWriter, a: number, b: number, c: number): void {
  writer.u32(a)
  writer.u32(b)
  writer.u32(c)
}

/** Pairs that both go up by one from pair to pair, as runs. */
export function runsOf(pairs: Iterable<readonly [number, number]>): { first: number; second: number; count: number }[] {
  const runs: { first: number; second: number; count: number }[] = []
  for (const [first, second] of pairs) {
    const last = runs.at(-1)
    if (last !== undefined && last.first + last.count === first && last.second + last.count === second) last.count++
    else runs.push({ first, second, count: 1 })
  }
  return runs
}
