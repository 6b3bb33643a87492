import { type Collection, isVoisinError, type Point, type PointId, type VoisinErrorCode } from '@voisin/spec'
import type { OpenCollectionOptions } from '@voisin/store'
import { expect, onTestFinished } from 'vitest'
import { tempDatabase } from '../support/temp-database.ts'

export type Note = {
  readonly title: string
  readonly body?: string
  readonly year?: number
  readonly tags?: readonly string[]
  readonly place?: { readonly city: string }
  readonly [field: string]: unknown
}

export type NoteOptions = Extract<OpenCollectionOptions<Note>, { readonly dim: number }>

/** One way to have a collection. */
export interface Implementation {
  open(name: string, options: NoteOptions): Promise<Collection<Note>>
  /** Between a write and the reads that follow: closes and opens again, waits for a checkpoint, or does nothing. */
  settle(collection: Collection<Note>, options: NoteOptions): Promise<Collection<Note>>
}

export const DIM = 4
export const SCHEMA = { dim: DIM, fields: { title: 'text', body: 'text', tags: 'keyword', year: 'number' } } as const

export const v = (...elements: number[]) => Float32Array.from(elements)

export const NOTES: readonly Point<Note>[] = [
  {
    id: 'paris',
    vector: v(1, 0, 0, 0),
    payload: { title: 'Paris', body: 'The capital of France', year: 2020, tags: ['city', 'france'] },
  },
  { id: 'lyon', vector: v(0.9, 0.1, 0, 0), payload: { title: 'Lyon', body: 'A city on the Rhône', year: 2021, tags: ['city'] } },
  { id: 7, vector: v(0, 1, 0, 0), payload: { title: 'Cats', body: 'They sleep all day', year: 2022, tags: ['animal'] } },
  { id: '7', vector: v(0, 0, 1, 0), payload: { title: 'Dogs', body: 'They bark', year: 2023, place: { city: 'Rome' } } },
  { id: 'plain', payload: { title: 'Taxes', body: 'The capital gains tax of France', year: 2019 } },
]

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

export const ids = (points: readonly { readonly id: PointId }[]) => points.map(({ id }) => id)

export async function everything(collection: Collection<Note>): Promise<Point<Note>[]> {
  return await collect(collection.scroll({ withVector: true }))
}

export async function failure(promise: Promise<unknown>): Promise<VoisinErrorCode> {
  const error = await promise.then(
    () => expect.fail('it did not reject'),
    (cause: unknown) => cause,
  )
  if (!isVoisinError(error)) throw error
  return error.code
}

/** Opens the notes of one test, closed when it ends. */
export function notesOf({ open, settle }: Implementation) {
  const openNotes = async (options: Partial<NoteOptions> = {}) => {
    const full: NoteOptions = { ...SCHEMA, database: tempDatabase(), ...options }
    const collections = [await open('notes', full)]
    onTestFinished(async () => {
      for (const collection of collections) await collection.close()
    })
    return {
      options: full,
      get now(): Collection<Note> {
        return collections.at(-1)!
      },
      async settle(): Promise<Collection<Note>> {
        collections.push(await settle(collections.at(-1)!, full))
        return collections.at(-1)!
      },
    }
  }

  const withNotes = async (options: Partial<NoteOptions> = {}) => {
    const opened = await openNotes(options)
    await opened.now.upsert(NOTES)
    return await opened.settle()
  }

  return { openNotes, withNotes }
}
