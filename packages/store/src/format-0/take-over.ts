import { ifWhole } from '@voisin/bytes'
import { type Notice, StorageError } from '@voisin/spec'
import { BlockProof } from '../blocks/block-proof.ts'
import type { BlockReference } from '../blocks/block-reference.ts'
import { BlockWriter } from '../blocks/block-store.ts'
import { type BlockBytes, storePoints } from '../blocks/large-write.ts'
import { COPIES, type Manifest, type ManifestBlock, nothingFolded, runsOf, sealManifest } from '../checkpoint/manifest.ts'
import { findInCatalog, putInCatalog } from '../database/catalog.ts'
import type { CollectionRecord } from '../database/collection-record.ts'
import { OLD_STORES, type Storage, type Transaction } from '../database/storage.ts'
import type { World } from '../database/world.ts'
import { UNKNOWN_CHECKSUM } from '../log/replay.ts'
import { NO_VECTOR, type PointColumns, rowsOf } from '../points/point-columns.ts'
import { readOldCollection, type TakenPoint } from './read-old-collection.ts'
import { type OldRecord, openOldRecord } from './records.ts'

const OLD = Object.values(OLD_STORES)
/** Key, in `meta`, of what is being taken over: `[TAKING, name, number of the collection to be]`. */
const TAKING = 'taking'

/** How a collection of version 0 was found when it was taken over. */
export interface TakenOver {
  readonly dataState: 'intact' | 'rolledBack' | 'partial' | 'lost'
  readonly notices: readonly Notice[]
}

/** Collections that are still as version 0 left them: their names, and their records where those are whole. */
export async function listOld(storage: Storage): Promise<{ readonly name: string; readonly record: OldRecord | undefined }[]> {
  if (!storage.hasOldStores) return []
  return await storage.read([OLD_STORES.collections], async (transaction) => {
    const keys = (await transaction.keys(OLD_STORES.collections, { prefix: [] })) as string[]
    const records = await Promise.all(keys.map((name) => transaction.get(OLD_STORES.collections, name)))
    return keys.map((name, i) => ({ name, record: ifWhole(() => openOldRecord(records[i])) }))
  })
}

/**
 * Writes a collection of version 0 anew, and deletes what there was of it, at once or not at all: however often it is interrupted,
 * either is whole. Undefined where there is no such collection any more.
 */
export async function takeOver(
  storage: Storage,
  { clock, randomNumber }: Pick<World, 'clock' | 'randomNumber'>,
  old: OldRecord,
  blockBytes: BlockBytes,
): Promise<TakenOver | undefined> {
  const { points, lsn, dataState, notices } = await readOldCollection(storage, clock, old)
  const { name, dim, metric, model, fields } = old
  const vector = { dim, metric, ...(model !== undefined && { model }) }
  const record: CollectionRecord = { name, number: randomNumber(), vectors: { '': vector }, fields }
  const inOrder = [...points].sort((a, b) => a.order - b.order)
  const offsetOf = new Map(inOrder.map((point, offset) => [point, offset]))
  const isThere = async (transaction: Transaction) => (await transaction.get(OLD_STORES.collections, name)) !== undefined
  // Until the catalog has it, this says whose the blocks are: whoever ends first deletes what others have begun.
  const key = [TAKING, name, record.number]
  const isBegun = await storage.write(['meta', OLD_STORES.collections], 'strict', async (transaction) => {
    if (!(await isThere(transaction))) return false
    await transaction.put('meta', key, Uint8Array.of(1))
    return true
  })
  if (!isBegun) return undefined
  const giveUp = async () => {
    await writer.discard()
    await storage.write(['meta'], 'relaxed', (transaction) => transaction.delete('meta', key)).catch(() => {})
  }
  const proof = new BlockProof(storage, clock, record.number)
  const checkGoesOn = async (transaction: Transaction) => {
    if ((await transaction.get('meta', key)) === undefined) throw overtaken(name)
  }
  const onStored = (references: readonly BlockReference[]) => proof.begin(references)
  const writer = new BlockWriter(storage, record.number, randomNumber, checkGoesOn, { onStored })
  try {
    const columns = columnsOf(inOrder, dim)
    const { blocks, rows } = await storePoints(columns, record.number, 0, writer, blockBytes)
    await writer.flush()
    await proof.end()
    const births = runsOf(points.map((point, birth) => [offsetOf.get(point)!, birth] as const).sort(([a], [b]) => a - b)).filter(
      ({ first, second }) => first !== second,
    )
    const manifest: Manifest = {
      ...nothingFolded(record),
      sequence: 1,
      lsn,
      checksum: UNKNOWN_CHECKSUM,
      nextOrdinal: points.length,
      nextOffset: points.length,
      blocks: placed(blocks, rows.get('') ?? new Int32Array(0), Math.max(1, lsn)),
      births: births.map(({ first, second, count }) => ({ offset: first, birth: second, count })),
    }
    const isOurs = await storage.write(['catalog', 'manifests', 'blocks', 'meta', ...OLD], 'strict', async (transaction) => {
      if (!(await isThere(transaction)) || (await findInCatalog(transaction, name)) !== undefined) return false
      await putInCatalog(transaction, record)
      for (let copy = 0; copy < COPIES; copy++) {
        await transaction.add('manifests', [record.number, 1, copy], sealManifest(manifest))
      }
      await deleteOld(transaction, old)
      await deleteBegun(transaction, name, record.number)
      return true
    })
    if (!isOurs) await giveUp()
    return isOurs ? { dataState, notices } : undefined
  } catch (error) {
    await giveUp()
    if (!(await storage.read([OLD_STORES.collections], isThere))) return undefined
    throw error
  }
}

/** Deletes what attempts to take a collection over have begun, and the word of it; but the blocks of one that has ended well stay. */
async function deleteBegun(transaction: Transaction, name: string, kept?: number): Promise<void> {
  const keys = (await transaction.keys('meta', { prefix: [TAKING, name] })) as (readonly [string, string, number])[]
  for (const key of keys) {
    if (key[2] !== kept) await transaction.deleteRange('blocks', { prefix: [key[2]] })
    await transaction.delete('meta', key)
  }
}

function overtaken(name: string): StorageError {
  return new StorageError(`Another tab has taken the collection "${name}" over.`, {
    retryable: true,
    dataState: 'intact',
    remedy: 'Open it again.',
  })
}

/** Deletes a collection that was never taken over. Resolves to whether there was one. */
export async function deleteOldCollection(storage: Storage, name: string): Promise<boolean> {
  if (!storage.hasOldStores) return false
  return await storage.write(['blocks', 'meta', ...OLD], 'strict', async (transaction) => {
    await deleteBegun(transaction, name)
    const record = await transaction.get(OLD_STORES.collections, name)
    if (record === undefined) return false
    const old = ifWhole(() => openOldRecord(record))
    if (old === undefined) await transaction.delete(OLD_STORES.collections, name)
    else await deleteOld(transaction, old)
    return true
  })
}

async function deleteOld(transaction: Transaction, { name, number }: OldRecord): Promise<void> {
  await transaction.delete(OLD_STORES.collections, name)
  for (const store of [OLD_STORES.log, OLD_STORES.blocks, OLD_STORES.manifests]) {
    await transaction.deleteRange(store, { prefix: [number] })
  }
}

function columnsOf(points: readonly TakenPoint[], dim: number): PointColumns {
  const rows = rowsOf(points.length, (i) => points[i]!.vector !== undefined)
  const withVector = points.filter(({ vector }) => vector !== undefined)
  const data = new Float32Array(withVector.length * dim)
  withVector.forEach(({ vector }, row) => void data.set(vector!, row * dim))
  const vectors = new Map(withVector.length > 0 ? [['', { rows, data }]] : [])
  return { ids: points.map(({ id }) => id), payloads: points.map(({ payload }) => payload), vectors }
}

/** Blocks of points that are all live, the n-th at offset n. */
function placed(blocks: readonly BlockReference[], rows: Int32Array, lsn: number): ManifestBlock[] {
  const owners: number[] = []
  rows.forEach((row, position) => {
    if (row !== NO_VECTOR) owners.push(position)
  })
  let payloads = 0
  let vectors = 0
  return blocks.map((reference) => {
    if (reference.kind === 'payloads') {
      const runs = [{ row: 0, offset: payloads, count: reference.rows }]
      payloads += reference.rows
      return { reference, lsn, runs }
    }
    const offsets = owners.slice(vectors, vectors + reference.rows)
    vectors += reference.rows
    const runs = runsOf(offsets.map((offset, row) => [row, offset] as const))
    return { reference, lsn, runs: runs.map(({ first, second, count }) => ({ row: first, offset: second, count })) }
  })
}
