import { ifReadable } from '@voisin/bytes'
import type { LongCallOptions, PointId } from '@voisin/spec'
import { type BlockRows, readBody } from '../blocks/block-codec.ts'
import { BODY } from '../blocks/block-store.ts'
import { isStored } from '../blocks/stored-points.ts'
import { patiently, UNREADABLE } from '../database/patiently.ts'
import type { Storage } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import { decodeIfWhole } from '../log/entry-codec.ts'
import { type LogRecord, UNKNOWN_CHECKSUM } from '../log/replay.ts'
import { PayloadTable } from '../points/payload-table.ts'
import type { CollectionState } from '../state/collection-state.ts'
import type { LoadSource } from './load-source.ts'
import { type Manifest, nothingFolded } from './manifest.ts'
import { derive } from './restore-from-blocks.ts'

/** A row of some block, and the write that it is of. */
interface FoundRow<T> {
  readonly id: PointId
  readonly lsn: number
  readonly value: T
}

/** The newest rows of every id that any block holds. */
export interface NewestRows {
  readonly payloads: ReadonlyMap<PointId, FoundRow<Uint8Array>>
  /** By name of the vector. */
  readonly vectors: ReadonlyMap<string, ReadonlyMap<PointId, FoundRow<Float32Array>>>
}

/**
 * Fills an empty state from blocks alone, where no manifest can be read: the newest row of each id counts. A point that was deleted
 * may be back; so this is told. Returns a manifest that stands for what was found and names no block: the next checkpoint
 * writes everything anew.
 */
export async function rebuildFromBlocks(
  source: LoadSource,
  state: CollectionState,
  records: readonly LogRecord[],
  options: LongCallOptions,
): Promise<Manifest> {
  const { storage, clock, log } = source
  const { number } = log.record
  // Blocks of entries that are still in the log come with them.
  const inLog = new Set<number>()
  const entries = records.flatMap(({ lsn, bytes }) => decodeIfWhole(bytes, number, lsn, log.dims) ?? [])
  for (const { upserts } of entries) if (isStored(upserts)) for (const { id } of upserts.blocks) inLog.add(id)
  const { payloads, vectors } = await newestRows(storage, clock, number, { except: inLog, signal: options.signal })
  const points = [...payloads.values()].sort((a, b) => a.lsn - b.lsn)
  const first = entries[0]
  const nextOrdinal = first?.firstOrdinal ?? points.length
  const table = PayloadTable.of(points.map(({ value }) => value))
  state.restore(points, table, new Map(), points.length, nextOrdinal)
  for (const [name, rows] of vectors) {
    const part = state.vectors.get(name)
    if (part === undefined) continue
    const { dim } = part.schema
    const offsets: number[] = []
    points.forEach(({ id }, offset) => {
      if (rows.get(id)?.value.length === dim) offsets.push(offset)
    })
    const data = new Float32Array(offsets.length * dim)
    offsets.forEach((offset, i) => void data.set(rows.get(points[offset]!.id)!.value, i * dim))
    state.restoreVectors(name, offsets, data)
  }
  await derive(source, state, options)
  const lsn = first?.previous ?? points.at(-1)?.lsn ?? 0
  const checksum = first?.previousChecksum ?? UNKNOWN_CHECKSUM
  return { ...nothingFolded(log.record), lsn, checksum, nextOrdinal, nextOffset: points.length }
}

/** Reads every block there is, named or not. One that cannot be read is passed over. */
export async function newestRows(
  storage: Storage,
  clock: Clock,
  collection: number,
  { except = new Set(), signal }: { readonly except?: ReadonlySet<number>; readonly signal?: AbortSignal | undefined } = {},
): Promise<NewestRows> {
  const payloads = new Map<PointId, FoundRow<Uint8Array>>()
  const vectors = new Map<string, Map<PointId, FoundRow<Float32Array>>>()
  const keys = await storage.read(['blocks'], (transaction) => transaction.keys('blocks', { prefix: [collection] }))
  for (const key of keys as (readonly [number, number, number])[]) {
    const [, id, piece] = key
    if (piece !== BODY || except.has(id)) continue
    signal?.throwIfAborted()
    const read = () => storage.read(['blocks'], (transaction) => transaction.get('blocks', key))
    const record = await patiently(storage, clock, read)
    const rows = record === UNREADABLE ? undefined : ifReadable(() => readBody(record, collection, id))
    if (rows?.kind === 'payloads') keepNewest(payloads, rows, (row) => rows.payloads[row]!)
    if (rows?.kind !== 'vectors') continue
    const { dim, vector } = rows
    const newest = vectors.get(vector) ?? new Map<PointId, FoundRow<Float32Array>>()
    vectors.set(vector, newest)
    keepNewest(newest, rows, (row) => rows.data.slice(row * dim, (row + 1) * dim))
    await clock.yield()
  }
  return { payloads, vectors }
}

function keepNewest<T>(newest: Map<PointId, FoundRow<T>>, { ids, lsns, notBefore }: BlockRows, read: (row: number) => T): void {
  ids.forEach((id, row) => {
    const lsn = lsns[row]! || notBefore + 1
    if (lsn >= (newest.get(id)?.lsn ?? 0)) newest.set(id, { id, lsn, value: read(row) })
  })
}
