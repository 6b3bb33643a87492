import { ifWhole } from '@voisin/bytes'
import { type Notice, type PointId, StorageError } from '@voisin/spec'
import { patiently, UNREADABLE } from '../database/patiently.ts'
import { OLD_STORES, type OldStoreName, type Storage } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import { decodePayload, encodePayload } from '../points/payload-codec.ts'
import {
  isDead,
  type OldEntry,
  type OldManifest,
  type OldPoint,
  type OldRecord,
  type OldReference,
  openOldBlock,
  openOldEntry,
  openOldManifest,
} from './records.ts'

/** A point, and its place in the order of offsets: every upsert and update of version 0 took a new one. */
export interface TakenPoint extends OldPoint {
  readonly order: number
}

/** What version 0 has of a collection. */
export interface OldCollection {
  /** In order of first upsert. */
  readonly points: readonly TakenPoint[]
  readonly lsn: number
  readonly dataState: 'intact' | 'rolledBack' | 'partial' | 'lost'
  readonly notices: readonly Notice[]
}

interface Attempt {
  readonly points: ReadonlyMap<PointId, TakenPoint>
  readonly lsn: number
  readonly missing: number
  readonly lostEntries: number
}

const NOTHING_FOLDED: OldManifest = { lsn: 0, blocks: [], ranks: [] }

/** Reads a collection as version 0 did: the newest manifest whose blocks are whole, and the log as far as its chain goes. */
export async function readOldCollection(storage: Storage, clock: Clock, record: OldRecord): Promise<OldCollection> {
  const manifests = (await readAll(storage, clock, OLD_STORES.manifests, record.number))
    .toReversed()
    .map(({ bytes }) => ifWhole(() => openOldManifest(bytes)))
  const log = (await readAll(storage, clock, OLD_STORES.log, record.number)).map(({ item, bytes }) => ({
    lsn: item,
    entry: ifWhole(() => openOldEntry(bytes, item, record.dim)),
  }))
  const whole = manifests.filter((manifest) => manifest !== undefined)
  const first = log.find(({ entry }) => entry !== undefined)
  const isHeadless = manifests.length > 0 && whole.length === 0 && first?.entry?.previous !== 0
  const start = isHeadless ? (first?.entry?.previous ?? 0) : 0
  let best: Attempt | undefined
  for (const manifest of [...whole, { ...NOTHING_FOLDED, lsn: start }]) {
    const attempt = await readFrom(storage, clock, record, manifest, log)
    if (best === undefined || (attempt.missing === 0 && attempt.lsn >= best.lsn)) best = attempt
    if (best.missing === 0) break
  }
  return { points: [...best!.points.values()], lsn: best!.lsn, ...judge(best!, isHeadless) }
}

async function readFrom(
  storage: Storage,
  clock: Clock,
  { number, dim }: OldRecord,
  manifest: OldManifest,
  log: readonly { readonly lsn: number; readonly entry: OldEntry | undefined }[],
): Promise<Attempt> {
  let order = 0
  const read = async (reference: OldReference) => {
    const bytes = await readOne(storage, clock, OLD_STORES.blocks, [number, reference.id])
    return ifWhole(() => openOldBlock(bytes, reference, dim))
  }
  let missing = 0
  let index = 0
  const ranked: { readonly rank: number; readonly point: TakenPoint }[] = []
  for (const { reference, dead } of manifest.blocks) {
    const found = await read(reference)
    for (let position = 0; position < reference.count; position++) {
      if (isDead(dead, position)) continue
      const rank = manifest.ranks[index] ?? index
      index++
      if (found === undefined) missing++
      else ranked.push({ rank, point: { ...found[position]!, order: order++ } })
    }
  }
  ranked.sort((a, b) => a.rank - b.rank)
  const points = new Map(ranked.map(({ point }) => [point.id, point]))
  let last = manifest.lsn
  let lostEntries = 0
  let isBroken = false
  for (const { lsn, entry } of log) {
    if (lsn <= manifest.lsn) continue
    const blocks = entry?.previous === last && !isBroken ? await Promise.all(entry.blocks.map(read)) : [undefined]
    if (blocks.includes(undefined)) {
      lostEntries++
      isBroken ||= entry?.previous === last
      continue
    }
    last = lsn
    for (const point of [...entry!.points, ...blocks.flatMap((block) => block!)]) {
      points.set(point.id, { ...point, order: order++ })
    }
    for (const { ids, payload } of entry!.patches) {
      for (const id of ids) {
        const before = points.get(id)
        if (before === undefined) continue
        const merged = ifWhole(() => encodePayload({ ...decodePayload(before.payload), ...decodePayload(payload) }))
        // A payload that makes no sense cannot be merged with.
        if (merged !== undefined) points.set(id, { ...before, payload: merged, order: order++ })
      }
    }
    for (const id of entry!.deletes) points.delete(id)
  }
  return { points, lsn: last, missing, lostEntries }
}

function judge(
  { points, missing, lostEntries, lsn }: Attempt,
  isHeadless: boolean,
): Pick<OldCollection, 'dataState' | 'notices'> {
  const notices: Notice[] = []
  const lose = (message: string) => void notices.push({ kind: 'data-loss', message })
  if (isHeadless) lose('No list of this collection’s blocks can be read; only the latest writes are left.')
  if (missing > 0) lose(`${missing} points cannot be read and are left out; the others are whole.`)
  if (lostEntries > 0) {
    const message = `${lostEntries} writes cannot be read; the collection is as it was after write ${lsn}.`
    notices.push({ kind: 'rolled-back', message })
  }
  if (isHeadless) return { dataState: points.size === 0 ? 'lost' : 'partial', notices }
  return { dataState: missing > 0 ? 'partial' : lostEntries > 0 ? 'rolledBack' : 'intact', notices }
}

async function readAll(storage: Storage, clock: Clock, store: OldStoreName, collection: number) {
  const keys = await storage.read([store], (transaction) => transaction.keys(store, { prefix: [collection] }))
  const records: { readonly item: number; readonly bytes: unknown }[] = []
  for (const key of keys as (readonly [number, number])[]) {
    records.push({ item: key[1], bytes: await readOne(storage, clock, store, key) })
  }
  return records
}

async function readOne(storage: Storage, clock: Clock, store: OldStoreName, key: readonly [number, number]): Promise<unknown> {
  const read = () => storage.read([store], (transaction) => transaction.get(store, key))
  const bytes = await patiently(storage, clock, read)
  if (bytes !== UNREADABLE) return bytes
  // Not damage: what would be left out now, and deleted with the rest, may be whole.
  throw new StorageError('Some of what an earlier version has stored cannot be read at this time; it is left as it is.', {
    retryable: true,
    dataState: 'intact',
    remedy: 'Open the collection again later.',
  })
}
