import { ifReadable } from '@voisin/bytes'
import { isStored } from '../blocks/stored-points.ts'
import { openManifest } from '../checkpoint/manifest.ts'
import type { CollectionRecord, FullSchema } from '../database/collection-record.ts'
import { readRecords, UNREADABLE } from '../database/patiently.ts'
import type { Storage } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import { decodeUnplaced, type LogEntry } from '../log/entry-codec.ts'
import { countRows } from '../points/column-codec.ts'

/**
 * A collection whose catalog records are gone or damaged, by what its data say: each manifest holds a copy of its record. Before its first
 * manifest only its number is known, from elsewhere, and its schema is the one it is asked with; so it is where the catalog lists it, and
 * nothing was ever written to it.
 *
 * @param schema Taken where the data do not say; undefined: then nothing is.
 * @param number Where it is known.
 */
export async function findOrphan(
  storage: Storage,
  name: string,
  schema: FullSchema | undefined,
  number: number | undefined,
): Promise<CollectionRecord | undefined> {
  return await storage.read(['catalog', 'manifests', 'entries', 'blocks'], async (transaction) => {
    const prefix = number === undefined ? [] : [number]
    const keys = (await transaction.keys('manifests', { prefix })) as (readonly [number, number, number])[]
    const listed = (await transaction.keys('catalog', { prefix: [] })) as (readonly [string, number, number])[]
    const others = new Set(listed.filter((key) => key[0] !== name).map((key) => key[1]))
    for (const key of keys.toReversed()) {
      if (others.has(key[0])) continue
      const record = await transaction.get('manifests', key)
      const found = ifReadable(() => openManifest(record, key[0], key[1]))?.collection
      if (found?.name === name) return found
    }
    if (schema === undefined || number === undefined || others.has(number)) return undefined
    const entries = await transaction.keys('entries', { prefix: [number] })
    if (entries.length === 0) {
      const isListed = listed.some((key) => key[1] === number)
      const hasBlocks = (await transaction.lastKey('blocks', { prefix })) !== undefined
      if (!isListed || keys.length > 0 || hasBlocks) return undefined
    }
    for (const key of entries) {
      // Where the entries say otherwise, it would read none of them.
      if (!isOfSchema(decodeUnplaced(await transaction.get('entries', key), number), schema)) return undefined
    }
    return { name, number, vectors: schema.vectors, fields: schema.fields }
  })
}

/** Whether an entry's vectors are such as the schema has. One that is damaged contradicts nothing. */
function isOfSchema(entry: LogEntry | undefined, { vectors }: FullSchema): boolean {
  if (entry === undefined || isStored(entry.upserts)) return true
  return [...entry.upserts.vectors].every(([name, { rows, data }]) => vectors[name]?.dim === data.length / countRows(rows))
}

/** All collections whose catalog records are gone, as their manifests have them. What cannot be read is passed over. */
export async function findOrphans(storage: Storage, clock: Clock): Promise<CollectionRecord[]> {
  const keys = await storage.read(['catalog', 'manifests'], async (transaction) => {
    const listed = (await transaction.keys('catalog', { prefix: [] })) as (readonly [string, number, number])[]
    const known = new Set(listed.map((key) => key[1]))
    const manifests = (await transaction.keys('manifests', { prefix: [] })) as (readonly [number, number, number])[]
    return manifests.filter((key) => !known.has(key[0])).toReversed()
  })
  const records = await readRecords(storage, clock, 'manifests', keys)
  const found = new Map<number, CollectionRecord>()
  keys.forEach((key, i) => {
    const manifest = records[i] === UNREADABLE ? undefined : ifReadable(() => openManifest(records[i], key[0], key[1]))
    if (manifest !== undefined && !found.has(key[0])) found.set(key[0], manifest.collection)
  })
  return [...found.values()]
}

/** Whether there are writes of a collection that the catalog does not have, whatever its name was. */
export async function isOrphaned(storage: Storage, number: number): Promise<boolean> {
  return await storage.read(['catalog', 'entries'], async (transaction) => {
    const listed = (await transaction.keys('catalog', { prefix: [] })) as (readonly [string, number, number])[]
    if (listed.some((key) => key[1] === number)) return false
    return (await transaction.lastKey('entries', { prefix: [number] })) !== undefined
  })
}
