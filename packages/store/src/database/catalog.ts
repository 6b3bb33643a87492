import { UnsupportedError } from '@voisin/spec'
import type { CollectionRecord, FullSchema } from './collection-record.ts'
import { openCollectionRecord, sealCollectionRecord } from './collection-record.ts'
import { readRecords, UNREADABLE } from './patiently.ts'
import type { Storage, Transaction } from './storage.ts'
import type { Clock } from './world.ts'

/** Copies of a collection's record. */
const COPIES = [0, 1] as const

/** A collection as the catalog has it. */
export interface CatalogEntry {
  readonly name: string
  readonly number: number
  /** Undefined where every copy of its record is damaged. */
  readonly record: CollectionRecord | undefined
  /** Whether a copy is damaged or gone. */
  readonly needsMending: boolean
  /** There is no record, and a copy could not be read: it may be whole. */
  readonly isReadFailing: boolean
  /** There is no record that this version could read: a newer one wrote it. */
  readonly isNewer: boolean
}

type CatalogKey = readonly [name: string, number: number, copy: number]

/** All collections, or those of one name; one whose record is damaged does not hide the others. */
export async function listCatalog(storage: Storage, clock: Clock, name?: string): Promise<CatalogEntry[]> {
  const prefix = name === undefined ? [] : [name]
  const keys = (await storage.read(['catalog'], (transaction) => transaction.keys('catalog', { prefix }))) as CatalogKey[]
  return entriesOf(keys, await readRecords(storage, clock, 'catalog', keys))
}

/** The collection of one name, inside a transaction. */
export async function findInCatalog(transaction: Transaction, name: string): Promise<CatalogEntry | undefined> {
  const keys = (await transaction.keys('catalog', { prefix: [name] })) as CatalogKey[]
  const records = await Promise.all(keys.map((key) => transaction.get('catalog', key)))
  // Two can only be there where a record of one was damaged in its key; the first is as good as the other.
  return entriesOf(keys, records)[0]
}

function entriesOf(keys: readonly CatalogKey[], records: readonly unknown[]): CatalogEntry[] {
  const entries = new Map<number, CatalogEntry>()
  keys.forEach(([name, number], i) => {
    const isUnreadable = records[i] === UNREADABLE
    const opened = isUnreadable ? undefined : openOwn(records[i], name, number)
    const before = entries.get(number)
    const record = before?.record ?? (opened === 'newer' ? undefined : opened)
    const isNewer = record === undefined && (opened === 'newer' || (before?.isNewer ?? false))
    const copies = keys.filter((key) => key[1] === number).length
    const needsMending = opened === undefined || copies < COPIES.length || (before?.needsMending ?? false)
    const isReadFailing = record === undefined && (isUnreadable || (before?.isReadFailing ?? false))
    entries.set(number, { name, number, record, needsMending, isReadFailing, isNewer })
  })
  return [...entries.values()]
}

/** One that a newer version wrote does not hide the others. */
function openOwn(bytes: unknown, name: string, number: number): CollectionRecord | 'newer' | undefined {
  try {
    return openCollectionRecord(bytes, name, number)
  } catch (error) {
    if (error instanceof UnsupportedError) return 'newer'
    throw error
  }
}

/** Whether the collection is still the one that was opened. For use inside a transaction that writes to it. */
export async function isInCatalog(transaction: Transaction, { name, number }: CollectionRecord): Promise<boolean> {
  // Two at most: that needs no cursor.
  return (await transaction.keys('catalog', { prefix: [name, number] })).length > 0
}

/** Stores every copy of a record anew. */
export async function putInCatalog(transaction: Transaction, record: CollectionRecord): Promise<void> {
  const bytes = sealCollectionRecord(record)
  for (const copy of COPIES) await transaction.put('catalog', [record.name, record.number, copy], bytes)
}

/** Makes a collection of this name, unless another tab was faster: then it is that one. */
export function createInCatalog(storage: Storage, name: string, number: number, schema: FullSchema): Promise<CatalogEntry> {
  const create = async (transaction: Transaction): Promise<CatalogEntry> => {
    const existing = await findInCatalog(transaction, name)
    if (existing !== undefined) return existing
    const record: CollectionRecord = { name, number, vectors: schema.vectors, fields: schema.fields }
    await putInCatalog(transaction, record)
    return { name, number, record, needsMending: false, isReadFailing: false, isNewer: false }
  }
  return storage.write(['catalog'], 'strict', create, { isSmallAdd: true })
}

/**
 * Deletes a collection and everything of it, at once or not at all, whatever its records say. Resolves to whether there was one.
 *
 * @param orphans Numbers of collections of this name that the catalog does not have any more.
 */
export function deleteFromCatalog(storage: Storage, name: string, orphans: readonly number[] = []): Promise<boolean> {
  const stores = ['catalog', 'entries', 'blocks', 'manifests', 'parts', 'meta'] as const
  return storage.write(stores, 'strict', async (transaction) => {
    const keys = (await transaction.keys('catalog', { prefix: [name] })) as (readonly [string, number, number])[]
    const numbers = new Set([...keys.map(([, number]) => number), ...orphans])
    for (const number of numbers) {
      await transaction.deleteRange('catalog', { prefix: [name, number] })
      for (const store of ['entries', 'blocks', 'manifests', 'parts'] as const) {
        await transaction.deleteRange(store, { prefix: [number] })
      }
      await transaction.deleteRange('meta', { prefix: ['unsafe', number] })
      await transaction.delete('meta', ['flushed', number])
    }
    return numbers.size > 0
  })
}
