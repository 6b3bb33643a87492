import { type DumpedRecord, decodeDump, dumpDatabase, encodeDump, type Layout, restoreDatabase } from './database-dump.ts'
import { type RecordedCollection, type RecordedQuery, type RecordedStore, readCollection } from './store-recorded.ts'
import type { WrittenCollection } from './written-collection.ts'

/** Stores of framed records, and where a frame has the version of its format. */
const FRAMED = ['collections', 'log', 'catalog', 'entries', 'blocks', 'manifests']
const VERSION_BYTE = 5

/** What is asked of a collection, and what it has to hold; without `points` that is what is read of it at once. */
export type Expected = Pick<RecordedCollection, 'name' | 'schema' | 'queries'> &
  Partial<Pick<RecordedCollection, 'lsn' | 'points' | 'digest' | 'dataState' | 'notices'>>

/** How a golden database is made. */
export interface Recipe {
  readonly description: string
  /** Fills the database and closes it. */
  make(database: string): Promise<readonly Expected[]>
  /** What happens to its records then. */
  damage?(records: readonly DumpedRecord[]): DumpedRecord[]
}

export type Recipes = Readonly<Record<string, Recipe>>

/** All golden databases of one version. */
export interface GoldenFormat {
  readonly version: number
  readonly layout: Layout
  readonly recipes: Recipes
}

/** Makes a golden database: its dump, byte by byte, and what must be read from it. @param commit That of the code that runs. */
export async function makeGoldenStore(
  { version, layout, recipes }: GoldenFormat,
  name: string,
  commit: string,
): Promise<{ readonly dump: number[]; readonly recorded: RecordedStore }> {
  const { description, make, damage } = recipes[name]!
  const database = `golden-${crypto.randomUUID()}`
  const expected = await make(database)
  const records = await decodeDump(await dumpDatabase(database, layout), layout)
  const counts: Record<string, number> = {}
  for (const { store, value } of records) {
    if (FRAMED.includes(store) && value[VERSION_BYTE] !== version) throw new Error('This code writes another format.')
    counts[store] = (counts[store] ?? 0) + 1
  }
  const dump = await encodeDump(damage ? damage(records) : records, layout)

  const collections: RecordedCollection[] = []
  for (const collection of expected) {
    // Each is read from a database of its own, as opening one may write.
    const copy = `golden-${crypto.randomUUID()}`
    await restoreDatabase(copy, dump, layout)
    const read = await readCollection(copy, collection, false)
    checkRead(read, collection)
    collections.push(read)
    indexedDB.deleteDatabase(copy)
  }
  indexedDB.deleteDatabase(database)
  return { dump: [...dump], recorded: { description, commit, records: counts, collections } }
}

export const byVector = (vector: Float32Array, using?: string): RecordedQuery => ({
  vector: [...vector],
  ...(using !== undefined && { using }),
  hits: [],
})
export const byText = (text: string): RecordedQuery => ({ text, ids: [] })

export function expectedOf({ name, schema, lsn, points }: WrittenCollection, queries: readonly RecordedQuery[]): Expected {
  return { name, schema, lsn, points, queries }
}

/** What is recorded must be what was written. */
function checkRead(read: RecordedCollection, expected: Expected): void {
  const { name, lsn, dataState, notices, points, digest } = read
  const found = { lsn, dataState, notices, points, digest }
  for (const [key, part] of Object.entries({ dataState: 'intact', notices: [], ...expected })) {
    const own = found[key as keyof typeof found]
    if (!(key in found) || JSON.stringify(part) === JSON.stringify(own)) continue
    throw new Error(`Of "${name}" was read ${JSON.stringify(own)}, and it should be ${JSON.stringify(part)}.`)
  }
}

export function turnedOver(bytes: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  const damaged = bytes.slice()
  damaged[at]! ^= 1
  return damaged
}
