import type { Payload, Point } from '@voisin/spec'
import { openStored, type Records, type StoredCollection, tempDatabase, underneath } from './open-stored.ts'

/** A small point, told from others by its text. */
export function note(id: number, text: string = `note ${id}`): Point<Payload> & { readonly id: number } {
  return { id, vector: Float32Array.of(id, 1, 0), payload: { text } }
}

export function notes(count: number, from = 0): Point<Payload>[] {
  return Array.from({ length: count }, (_, i) => note(from + i))
}

/** Of each checkpoint, one block of payloads and one of vectors with five notes: neither is small enough to be joined with another. */
export const NOTES_A_BLOCK = 5

export interface Steps {
  readonly database: string
  /** Ids of the blocks that each checkpoint added: that of the payloads, then that of the vectors. */
  readonly added: readonly (readonly [number, number])[]
}

/** So many checkpoints, each of five notes more, closed. */
export async function inBlocks(checkpoints: number, onTestFinished: (cleanUp: () => Promise<void>) => void): Promise<Steps> {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  const added: (readonly [number, number])[] = []
  for (let i = 0; i < checkpoints; i++) {
    const before = new Set(await underneath(database, blocksOf))
    await collection.upsert(notes(NOTES_A_BLOCK, i * NOTES_A_BLOCK))
    await collection.checkpoint()
    const fresh = (await underneath(database, blocksOf)).filter((id) => !before.has(id))
    const kinds = await underneath(database, (records) => Promise.all(fresh.map((id) => kindOf(records, id))))
    added.push([fresh[kinds.indexOf(PAYLOADS)]!, fresh[kinds.indexOf(VECTORS)]!])
  }
  await collection.close()
  return { database, added }
}

/** Ids of all blocks that are stored, each once. */
export async function blocksOf(records: Records): Promise<number[]> {
  return [...new Set((await records.keys('blocks')).map(([id]) => id!))]
}

/** As a head spells what kind of rows a block has. */
export const PAYLOADS = 0
const VECTORS = 1

// Frame, collection and id stand before the kind in a head.
export async function kindOf(records: Records, id: number): Promise<number> {
  return (await records.get('blocks', [id, 0]))[16 + 8 + 8]!
}

/** Writes step by step, each of so many notes or a checkpoint, and closes. */
export async function stored(
  onTestFinished: (cleanUp: () => Promise<void>) => void,
  ...steps: readonly ('checkpoint' | 'purge' | number)[]
): Promise<string> {
  const database = tempDatabase(onTestFinished)
  const collection = await openStored(database)
  let next = 0
  for (const step of steps) {
    if (step === 'checkpoint') await collection.checkpoint()
    else if (step === 'purge') await collection.local.purge()
    else {
      await collection.upsert(notes(step, next))
      next += step
    }
  }
  await collection.close()
  return database
}

/** What a collection holds and says, seen through an open one. */
export async function viewOf(collection: StoredCollection): Promise<{ ids: number[]; dataState: string }> {
  const ids: number[] = []
  for await (const { id } of collection.scroll({ consistency: 'latest' })) ids.push(id as number)
  return { ids, dataState: (await collection.status()).dataState }
}
