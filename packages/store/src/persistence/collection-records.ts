import { seal, unseal } from '@voisin/bytes'
import { CorruptDataError, type FieldKind } from '@voisin/spec'
import type { FullSchema } from '../collection-schema.ts'
import type { CommitStrength, Storage, Transaction } from './storage.ts'

/** What is known of a collection without opening it. */
export interface CollectionRecord extends FullSchema {
  readonly name: string
  /** What its other records are keyed by. Random, and never used again: a tab that still has a deleted collection writes nowhere. */
  readonly number: number
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function encode(record: CollectionRecord): Uint8Array {
  return seal('collection', encoder.encode(JSON.stringify(record)))
}

function decode(bytes: unknown): CollectionRecord {
  const value = JSON.parse(decoder.decode(unseal('collection', bytes))) as Partial<CollectionRecord>
  const { name, number, dim, metric, model, fields } = value
  if (typeof name !== 'string' || typeof number !== 'number' || typeof dim !== 'number' || metric === undefined) {
    throw new CorruptDataError('The record of a collection makes no sense.', { received: JSON.stringify(value).slice(0, 200) })
  }
  const kinds = (fields ?? {}) as Record<string, FieldKind>
  return { name, number, dim, metric, fields: kinds, ...(model !== undefined && { model }) }
}

/** A number below 2^48 that no other call has given. */
export function randomNumber(): number {
  const [low, high] = crypto.getRandomValues(new Uint32Array(2)) as unknown as [number, number]
  return (high & 0xffff) * 2 ** 32 + low
}

/** The record of this name, made from `schema` where there is none. */
export async function findOrCreate(storage: Storage, name: string, schema: FullSchema): Promise<CollectionRecord> {
  const found = await storage.read(['collections'], (transaction) => transaction.get('collections', name))
  if (found !== undefined) return decode(found)
  const record: CollectionRecord = { name, number: randomNumber(), ...schema }
  return await storage.write(['collections'], 'strict', async (transaction) => {
    // Another tab may have created it meanwhile: then it is that one.
    const existing = await transaction.get('collections', name)
    if (existing !== undefined) return decode(existing)
    await transaction.add('collections', name, encode(record))
    return record
  })
}

/** Whether the collection is still the one that was opened. For use inside a transaction that writes to it. */
export async function stillExists(transaction: Transaction, { name, number }: CollectionRecord): Promise<boolean> {
  const record = await transaction.get('collections', name)
  return record !== undefined && decode(record).number === number
}

export async function listRecords(storage: Storage): Promise<CollectionRecord[]> {
  const records = await storage.read(['collections'], (transaction) => transaction.getAll('collections'))
  return records.map(decode)
}

/** Deletes a collection and everything of it, at once or not at all. Returns its number, or undefined where there was none. */
export async function deleteRecords(storage: Storage, name: string): Promise<number | undefined> {
  const strength: CommitStrength = 'strict'
  return await storage.write(['collections', 'log', 'blocks', 'manifests'], strength, async (transaction) => {
    const record = await transaction.get('collections', name)
    if (record === undefined) return undefined
    const { number } = decode(record)
    await transaction.delete('collections', name)
    for (const store of ['log', 'blocks', 'manifests'] as const) {
      await transaction.deleteRange(store, { collection: number })
    }
    return number
  })
}
