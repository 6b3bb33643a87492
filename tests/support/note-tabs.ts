import { type Collection, isVoisinError, type Notice, type Point, type PointId, type VoisinError } from '@voisin/spec'
import { type OpenCollectionOptions, openCollection } from '@voisin/store'
import { expect, onTestFinished, vi } from 'vitest'
import { tempDatabase } from './temp-database.ts'

export type Note = {
  readonly text: string
  readonly draft?: boolean
  readonly seen?: number
  readonly owner?: string
}

export type NoteOptions = Extract<OpenCollectionOptions<Note>, { readonly dim: number }>

/** A collection as one tab has it, and what it was told there. */
export interface Tab {
  readonly notes: Collection<Note>
  readonly notices: Notice['kind'][]
}

/** Nothing is folded into blocks before it is asked for. */
export const NEVER: NonNullable<NoteOptions['checkpointAfter']> = { entries: 1_000_000, bytes: 2 ** 40 }

export const note = (id: PointId, text = `note ${id}`): Point<Note> => ({
  id,
  vector: Float32Array.of(Number.parseInt(String(id).replace(/\D/g, '') || '0', 10), 1, 0),
  payload: { text },
})

export const notes = (count: number, from = 0): Point<Note>[] => Array.from({ length: count }, (_, i) => note(from + i))

/** Opens a collection (`'notes'`, here, never folded) over a connection of its own, as a tab does; closed when the test ends. */
export async function openTab(database: string, options: Partial<NoteOptions> = {}, name = 'notes'): Promise<Tab> {
  const notices: Notice['kind'][] = []
  const opened = await openCollection<Note>(name, {
    dim: 3,
    metric: 'l2',
    fields: { text: 'text' },
    worker: false,
    checkpointAfter: NEVER,
    database,
    onNotice: ({ kind }) => void notices.push(kind),
    ...options,
  })
  onTestFinished(() => opened.close())
  return { notes: opened, notices }
}

export interface Look {
  readonly ids: readonly PointId[]
  readonly points: readonly Point<Note>[]
  readonly dataState: string
  readonly notices: readonly Notice['kind'][]
  readonly lsn: number
}

/** Opens, looks, and closes again: what a reload shows. */
export async function lookInto(database: string, options: Partial<NoteOptions> = {}, name = 'notes'): Promise<Look> {
  const { notes: opened, notices } = await openTab(database, options, name)
  const { dataState, lsn } = await opened.status()
  const points = await collect(opened.scroll({ withVector: true }))
  await opened.close()
  return { ids: points.map(({ id }) => id), points, dataState, lsn, notices }
}

/** One write of so many notes, and what happens to it then. Ids go on from step to step. */
export interface Step {
  readonly write: number
  readonly after?: 'fold' | 'vacuum'
}

/** A closed collection, each step written by an opening of its own. */
export async function storedNotes(steps: readonly Step[], database: string = tempDatabase(), name = 'notes'): Promise<string> {
  let next = 0
  for (const { write, after } of steps) {
    const { notes: opened } = await openTab(database, after === 'fold' ? { checkpointAfter: { entries: 1 } } : {}, name)
    await opened.upsert(notes(write, next))
    next += write
    if (after === 'fold') await untilFolded(opened)
    if (after === 'vacuum') await opened.vacuum()
    await opened.close()
  }
  return database
}

/** Waits until everything written is in blocks. */
export async function untilFolded(collection: Collection<Note>): Promise<void> {
  const { lsn } = await collection.status()
  await eventually(async () => expect((await collection.status()).checkpointLsn).toBeGreaterThanOrEqual(lsn))
}

/** Waits for upkeep, which has its own time, and for no time that passes; looks again after so many milliseconds. */
export async function eventually<T>(check: () => T | Promise<T>, interval = 50): Promise<T> {
  return await vi.waitFor(check, { timeout: 60_000, interval })
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

/** The error of a call that has to fail, and fail with one of ours. */
export async function failureOf(call: Promise<unknown> | (() => unknown)): Promise<VoisinError> {
  const error = await (async () => (typeof call === 'function' ? await call() : await call))().then(
    () => expect.fail('it did not reject'),
    (cause: unknown) => cause,
  )
  if (!isVoisinError(error)) throw error
  return error
}
