import { deleteBlocks } from '../blocks/block-store.ts'
import { readRecords, UNREADABLE } from '../database/patiently.ts'
import type { Key, Storage, Transaction } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import { blocksNamedBy, decodeIfWhole } from '../log/entry-codec.ts'
import { type Log, lsnOf } from '../log/log.ts'
import { UNKNOWN_CHECKSUM } from '../log/replay.ts'
import { COPIES, type Manifest, openIfWhole, openManifest, sealManifest } from './manifest.ts'

/** The manifests that are stored of a collection. */
export interface StoredManifests {
  /** Of the newest there is, readable or not; 0 where there is none. */
  readonly newestSequence: number
  /** Those that are whole, newest first. */
  readonly manifests: readonly Manifest[]
  /** Whether some copy is damaged or gone. */
  readonly hasDamagedCopy: boolean
  /** Whether every copy of the newest is whole. */
  readonly isNewestWhole: boolean
  /** Whether no copy of the newest could be read, and one of them may be whole. */
  readonly isUnreadable: boolean
}

type ManifestKey = readonly [collection: number, sequence: number, copy: number]

/** Reads them all; a damaged copy is passed over for the other. Of older ones the second copy is read only where it is needed. */
export async function readManifests(transaction: Transaction, collection: number): Promise<StoredManifests> {
  const keys = (await transaction.keys('manifests', { prefix: [collection] })) as ManifestKey[]
  return await openManifests(keys, collection, (key) => transaction.get('manifests', key))
}

/** As `readManifests`, each record on its own and patiently: one that cannot be read does not hide the others. */
export async function readManifestsApart(storage: Storage, clock: Clock, collection: number): Promise<StoredManifests> {
  const prefix = [collection]
  const keys = (await storage.read(['manifests'], (transaction) => transaction.keys('manifests', { prefix }))) as ManifestKey[]
  return await openManifests(keys, collection, async (key) => (await readRecords(storage, clock, 'manifests', [key]))[0])
}

async function openManifests(
  keys: readonly ManifestKey[],
  collection: number,
  read: (key: ManifestKey) => Promise<unknown>,
): Promise<StoredManifests> {
  const newestSequence = keys.at(-1)?.[1] ?? 0
  const manifests = new Map<number, Manifest>()
  let hasDamagedCopy = false
  let isNewestWhole = true
  let isUnreadable = false
  for (const key of keys.toReversed()) {
    const [, sequence] = key
    const copies = keys.filter((other) => other[1] === sequence).length
    if (manifests.has(sequence) && copies === COPIES && sequence !== newestSequence) continue
    const record = await read(key)
    const opened = record === UNREADABLE ? undefined : openIfWhole(record, collection, sequence)
    if (opened === undefined || copies < COPIES) {
      hasDamagedCopy = true
      if (sequence === newestSequence) isNewestWhole = false
    }
    if (record === UNREADABLE && !manifests.has(sequence)) isUnreadable = true
    if (opened !== undefined && !manifests.has(sequence)) manifests.set(sequence, opened)
  }
  // What one copy says, the other need not.
  if (manifests.has(newestSequence)) isUnreadable = false
  return { newestSequence, manifests: [...manifests.values()], hasDamagedCopy, isNewestWhole, isUnreadable }
}

/** Of the newest manifest there is, readable or not; 0 where there is none. */
export async function newestSequence(transaction: Transaction, collection: number): Promise<number> {
  return lsnOf(await transaction.lastKey('manifests', { prefix: [collection] })) ?? 0
}

/** What a tab knows of the entries that are stored, by lsn: it need not read them again. */
export interface KnownEntries {
  /** Those that could not be read: reading them again would fail the transaction. */
  readonly aside: ReadonlySet<number>
  /** Ids of the blocks that each of the others names. */
  readonly named: ReadonlyMap<number, readonly number[]>
}

/** The same with what of the entries that were set aside can be read: whoever deletes them deletes what they name. */
export async function lookAtAside(
  storage: Storage,
  clock: Clock,
  collection: number,
  known: KnownEntries,
): Promise<KnownEntries> {
  const lsns = [...known.aside]
  const keys = lsns.map((lsn) => [collection, lsn])
  const records = lsns.length === 0 ? [] : await readRecords(storage, clock, 'entries', keys)
  const named = new Map(known.named)
  const aside = new Set<number>()
  for (const [i, lsn] of lsns.entries()) {
    if (records[i] === UNREADABLE) aside.add(lsn)
    else named.set(lsn, blocksNamedBy(records[i]))
  }
  return { aside, named }
}

/**
 * Deletes blocks that nothing has named since the checkpoint before, and returns those that nothing names now. A block may be
 * unnamed because the large write that it belongs to has not been committed: so it has a whole checkpoint's time for that.
 *
 * @param inUse Blocks that memory still knows of.
 * @param known Of entries, by lsn, the blocks that each names.
 */
export async function sweepBlocks(
  storage: Storage,
  clock: Clock,
  collection: number,
  inUse: Iterable<number>,
  known: KnownEntries['named'],
): Promise<number[]> {
  const prefix = [collection]
  const entries = await storage.read(['entries'], (transaction) => transaction.keys('entries', { prefix }))
  const named = new Set<number>(inUse)
  const unknown: Key[] = []
  for (const key of entries) {
    const ids = known.get(lsnOf(key)!)
    if (ids === undefined) unknown.push(key)
    else for (const id of ids) named.add(id)
  }
  // Beforehand, since a record that cannot be read would fail the transaction that deletes.
  const records = await readRecords(storage, clock, 'entries', unknown)
  if (records.includes(UNREADABLE)) return []
  for (const record of records) for (const id of blocksNamedBy(record)) named.add(id)
  return await storage.write(['blocks', 'manifests', 'entries'], 'relaxed', async (transaction) => {
    const now = await transaction.keys('entries', { prefix })
    const found = await readManifests(transaction, collection)
    // What was written meanwhile may name blocks; what a damaged manifest names is not known. Then nothing is swept.
    const isSame = now.length === entries.length && lsnOf(now.at(-1)) === lsnOf(entries.at(-1))
    if (!isSame || found.manifests[0]?.sequence !== (found.newestSequence || undefined)) return []
    for (const { blocks } of found.manifests) for (const { reference } of blocks) named.add(reference.id)
    const keys = (await transaction.keys('blocks', { prefix })) as (readonly [number, number, number])[]
    const before = new Set(found.manifests[0]?.unnamed)
    const unnamed = [...new Set(keys.map(([, id]) => id))].filter((id) => !named.has(id))
    const swept = unnamed.filter((id) => before.has(id))
    await deleteBlocks(transaction, collection, swept)
    return unnamed.filter((id) => !before.has(id))
  })
}

/** Whether a manifest is the newest now; `overtaken`: another tab was faster; `moved`: the log says otherwise. */
export type SwapEnd = 'done' | 'overtaken' | 'moved'

/**
 * Makes a manifest the newest and trims the log, in one strict transaction. Where that does not end with `done`, nothing has changed.
 *
 * @throws {CorruptDataError} It contradicts itself.
 * @param base The manifest that it grew from: it is kept, and so are the entries after it.
 * @param newest Sequence of the newest manifest that was known.
 */
export async function swapManifest(
  storage: Storage,
  log: Log,
  manifest: Manifest,
  base: Manifest,
  newest: number,
  known: KnownEntries,
): Promise<SwapEnd> {
  const collection = log.record.number
  const bytes = sealManifest(manifest)
  // One that nobody could open would be the end of those before it.
  openManifest(bytes, collection, manifest.sequence)
  return await storage.write(['catalog', 'manifests', 'entries', 'blocks'], 'strict', async (transaction) => {
    await log.checkExists(transaction)
    if ((await newestSequence(transaction, collection)) !== newest) return 'overtaken'
    if (!(await isInLog(transaction, log, manifest))) return 'moved'
    for (let copy = 0; copy < COPIES; copy++) {
      await transaction.add('manifests', [collection, manifest.sequence, copy], bytes)
    }
    const older = (await readManifests(transaction, collection)).manifests.filter(({ sequence }) => sequence < base.sequence)
    await deleteBlocks(
      transaction,
      collection,
      await garbageOf(transaction, collection, older, base.lsn, [manifest, base], known),
    )
    if (base.sequence > 0) await transaction.deleteRange('manifests', { prefix: [collection], to: base.sequence - 1 })
    // The manifest before this one still finds every entry it needs; so does a tab that is no further behind.
    await trimLog(transaction, collection, base.lsn, manifest.lost)
    return 'done'
  })
}

/** Blocks that only these older manifests and the entries up to `last` name. */
async function garbageOf(
  transaction: Transaction,
  collection: number,
  older: readonly Manifest[],
  last: number,
  kept: readonly Manifest[],
  { aside, named }: KnownEntries,
): Promise<Set<number>> {
  const garbage = new Set<number>()
  for (const { blocks } of older) for (const { reference } of blocks) garbage.add(reference.id)
  for (const key of await transaction.keys('entries', { prefix: [collection], to: last })) {
    const lsn = lsnOf(key)!
    if (aside.has(lsn)) continue
    for (const id of named.get(lsn) ?? blocksNamedBy(await transaction.get('entries', key))) garbage.add(id)
  }
  for (const { blocks } of kept) for (const { reference } of blocks) garbage.delete(reference.id)
  return garbage
}

/**
 * Deletes entries up to `lsn`, but those that were set aside: they could not be read. Where one of these stays, so does the last: a tab
 * whose log ends with the one set aside would else find nothing behind it.
 */
async function trimLog(transaction: Transaction, collection: number, last: number, aside: readonly number[]): Promise<void> {
  const lsn = aside.some((kept) => kept <= last) ? last - 1 : last
  let from = 1
  for (const kept of aside.filter((other) => other <= lsn).toSorted((a, b) => a - b)) {
    if (kept > from) await transaction.deleteRange('entries', { prefix: [collection], from, to: kept - 1 })
    from = kept + 1
  }
  if (from <= lsn) await transaction.deleteRange('entries', { prefix: [collection], from, to: lsn })
}

/** Whether older states are gone; `overtaken`: another tab has a newer one; `damaged`: what is meant to stay is not whole. */
export type PurgeEnd = 'done' | 'overtaken' | 'damaged'

/**
 * Gives up what only older states need: all manifests but the newest, entries that it holds, and blocks that then nothing names. It
 * is proved first, by reading it back. Where this does not end with `done`, nothing has changed.
 *
 * @param dropsAside Entries that could not be read, too: they may hold what the user has deleted.
 */
export async function purgeOlder(
  storage: Storage,
  collection: number,
  sequence: number,
  dropsAside: boolean,
  known: KnownEntries,
): Promise<PurgeEnd> {
  return await storage.write(['manifests', 'blocks', 'entries'], 'strict', async (transaction) => {
    const found = await readManifests(transaction, collection)
    if (sequence === 0 && found.newestSequence === 0) return 'done'
    const newest = found.manifests[0]
    if (found.newestSequence !== sequence) return 'overtaken'
    if (newest?.sequence !== sequence || !found.isNewestWhole) return 'damaged'
    const garbage = await garbageOf(transaction, collection, found.manifests.slice(1), newest.lsn, [newest], known)
    await deleteBlocks(transaction, collection, garbage)
    await transaction.deleteRange('manifests', { prefix: [collection], to: sequence - 1 })
    await trimLog(transaction, collection, newest.lsn, dropsAside ? [] : newest.lost)
    return 'done'
  })
}

/** Whether what is folded in is the log's past: its last entry is there, or at least nothing contradicts it. */
async function isInLog(transaction: Transaction, log: Log, { lsn, checksum }: Manifest): Promise<boolean> {
  const collection = log.record.number
  // An entry that could not be read when it was followed would fail the transaction now.
  if (checksum !== UNKNOWN_CHECKSUM) {
    const entry = decodeIfWhole(await transaction.get('entries', [collection, lsn]), collection, lsn, log.dims)
    if (entry !== undefined) return entry.checksum === checksum
  }
  const next = (await transaction.keys('entries', { prefix: [collection], from: lsn + 1 }))[0]
  if (next === undefined) return true
  const follower = decodeIfWhole(await transaction.get('entries', next), collection, lsnOf(next)!, log.dims)
  return follower === undefined || follower.previous >= lsn
}
