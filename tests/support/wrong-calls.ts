import type { VoisinErrorCode } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { failureOf, lookInto, notes as many, note, openTab, type Tab } from './note-tabs.ts'
import { storedRecords } from './stored-records.ts'
import { tempDatabase } from './temp-database.ts'

// biome-ignore lint/suspicious/noExplicitAny: wrong types are what these tests are about
type Any = any

/** A call's last arguments, tried one after the other. Each must be refused with one of the codes. */
export interface Wrong {
  readonly call: string
  readonly codes: readonly VoisinErrorCode[]
  readonly run: (notes: Record<string, (...values: Any[]) => Any>, value: Any) => unknown
  readonly values: readonly Any[]
}

export const ARGUMENT: readonly VoisinErrorCode[] = ['invalid-argument']
export const vector = Float32Array.of(1, 2, 3)
export const SIGNALS = [
  { signal: {} },
  { signal: 'stop' },
  { signal: { aborted: false } },
  { signl: new AbortController().signal },
]
export const OPTIONS = [null, 5, 'x', ...SIGNALS]

export const FILTERS = [
  null,
  5,
  'x',
  [],
  { $and: 5 },
  { $and: null },
  { $and: [] },
  { $and: {} },
  { $and: [5] },
  { $and: [null] },
  { $or: {} },
  { $or: [{ $or: 5 }] },
  { $not: 5 },
  { $not: null },
  { $nor: [] },
  { $id: {} },
  { $id: null },
  { $id: { $in: 5 } },
  { $id: { $gt: 5 } },
  { seen: { $gt: null } },
  { seen: { $in: 5 } },
  { seen: { $in: [undefined] } },
  { seen: { $exists: 'yes' } },
  { seen: { $not: 5 } },
  { seen: { $gt: 1, less: 2 } },
  { seen: undefined },
  { seen: () => true },
  { seen: { $near: 5 } },
]

/** Each value of each call is refused, by a tab and by a worker, with nothing stored and nothing broken. */
export function describeWrongCalls(calls: readonly Wrong[]): void {
  describe.each([
    ['here', false],
    ['in a worker', true],
  ])('a wrong %s', (_, worker) => {
    test.each(calls)('$call is refused with an error that names it, and stores nothing', async ({ call, codes, run, values }) => {
      const database = tempDatabase()
      const { notes }: Tab = await openTab(database, { worker })
      await notes.upsert(many(3))
      const stored = storedRecords(database)
      const before = await stored.keys('entries')
      for (const [i, value] of values.entries()) {
        const what = `${call} ${i}: ${JSON.stringify(value) ?? String(value)}`
        const error = await failureOf(() => run(notes as never, value)).catch((raw: unknown) =>
          expect.fail(`${what}: ${String(raw)}`),
        )
        expect(codes, `${what}: ${error.message}`).toContain(error.code)
        expect([error.dataState, error.retryable], what).toEqual(['intact', false])
        if (error.code !== 'empty-text')
          expect([typeof error.expected, typeof error.received], what).toEqual(['string', 'string'])
      }
      expect(await stored.keys('entries')).toEqual(before)
      expect(await stored.keys('blocks')).toEqual([])
      // It works on, and nothing of it comes to light later.
      await notes.upsert([note(3)])
      await notes.close()
      expect(await lookInto(database)).toMatchObject({ ids: [0, 1, 2, 3], dataState: 'intact' })
    })
  })
}
