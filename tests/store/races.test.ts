import type { Collection } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { failureOf, lookInto, type Note, note, openTab, type Tab } from '../support/note-tabs.ts'
import { openRealm } from '../support/second-realm.ts'
import { tempDatabase } from '../support/temp-database.ts'

type Notes = Collection<Note>

/** What one tab does so that the filter no longer matches, or matches now, and what another does by filter. */
interface Race {
  readonly name: string
  readonly draftAtFirst: boolean
  readonly change: (notes: Notes) => Promise<{ lsn: number }>
  readonly remove: (notes: Notes) => Promise<{ lsn: number }>
}

const draft = (isDraft: boolean) => ({ ...note(0), payload: { text: 'note 0', draft: isDraft } })
const remove = (notes: Notes) => notes.delete({ filter: { draft: true } })

const RACES: readonly Race[] = [
  { name: 'an update', draftAtFirst: true, change: (notes) => notes.update([0], { draft: false }), remove },
  { name: 'an upsert', draftAtFirst: true, change: (notes) => notes.upsert([draft(false)]), remove },
  {
    name: 'a write of both',
    draftAtFirst: true,
    change: (notes) => notes.write({ upsert: [draft(true)], update: [{ ids: [0], payload: { draft: false } }] }),
    remove,
  },
  {
    name: 'an update beside a deletion in a larger write',
    draftAtFirst: true,
    change: (notes) => notes.update([0], { draft: false }),
    remove: (notes) => notes.write({ upsert: [note(1)], delete: { filter: { draft: true } } }),
  },
  { name: 'an update that makes it match', draftAtFirst: false, change: (notes) => notes.update([0], { draft: true }), remove },
  { name: 'an upsert that makes it match', draftAtFirst: false, change: (notes) => notes.upsert([draft(true)]), remove },
]

const isThere = async (notes: Notes) => (await notes.retrieve([0], { consistency: 'latest' }))[0] !== undefined

/** Where the change came first, the filter met what it made; where the deletion came first, what was before. */
async function round(race: Race, changing: Notes, removing: Notes): Promise<void> {
  await changing.upsert([draft(race.draftAtFirst)])
  const [changed, removed] = await Promise.all([race.change(changing), race.remove(removing)])
  const there = await isThere(changing)
  const matchesAfter = !race.draftAtFirst
  if (changed.lsn < removed.lsn) expect(there).toBe(!matchesAfter)
  // The deletion first: an update passes over what is gone, and an upsert brings it back.
  else if (!there) expect(race.draftAtFirst).toBe(true)
  expect(await isThere(removing)).toBe(there)
}

describe.each(RACES)('a deletion by filter beside $name', (race) => {
  test('in two tabs meets what is there when it is committed', async () => {
    const database = tempDatabase()
    const [a, b] = [await openTab(database), await openTab(database)]
    // In the trial the listed case lost the point in 54 of 200 rounds.
    for (let i = 0; i < 100; i++) await round(race, ...(i % 2 ? ([a.notes, b.notes] as const) : ([b.notes, a.notes] as const)))
    const there = await isThere(a.notes)
    await a.notes.close()
    await b.notes.close()
    expect((await lookInto(database)).ids.includes(0)).toBe(there)
  })

  test('in two realms, and in a worker', async () => {
    const database = tempDatabase()
    const { notes } = await openTab(database, { worker: true })
    const { store } = await openRealm()
    const elsewhere = await store.openCollection<Note>('notes', { dim: 3, metric: 'l2', database, worker: false })
    for (let i = 0; i < 50; i++) await round(race, ...(i % 2 ? ([notes, elsewhere] as const) : ([elsewhere, notes] as const)))
    await elsewhere.close()
  })
})

describe('a write under a precondition', () => {
  const tabs = async (count: number): Promise<{ database: string; tabs: Tab[] }> => {
    const database = tempDatabase()
    const opened: Tab[] = []
    for (let i = 0; i < count; i++) opened.push(await openTab(database))
    return { database, tabs: opened }
  }

  test('is made where the count holds, and not where it does not', async () => {
    const { database, tabs: opened } = await tabs(1)
    const { notes } = opened[0]!
    await notes.upsert([draft(true), note(1)])
    const drafts = { filter: { draft: true } } as const
    await notes.write({ upsert: [note(2)] }, { expect: { ...drafts, count: 1 } })
    for (const changes of [
      { upsert: [note(3)] },
      { update: [{ ids: [1], payload: { seen: 9 } }] },
      { delete: [1] },
      { delete: { filter: {} } },
      { upsert: [note(4, 'x'.repeat(2 ** 21))] },
      {},
    ]) {
      const error = await failureOf(notes.write(changes, { expect: { ...drafts, count: 2 } }))
      expect(error).toMatchObject({ code: 'conflict', dataState: 'intact', received: expect.stringContaining('1') })
      expect(error.expected).toContain('2')
    }
    // What is expected is expected before the write, not after.
    await notes.write({ upsert: [{ ...note(5), payload: { text: 'five', draft: true } }] }, { expect: { ...drafts, count: 1 } })
    await notes.close()
    const { points } = await lookInto(database)
    expect(points.map(({ id }) => id)).toEqual([0, 1, 2, 5])
    expect(points[1]!.payload).toEqual({ text: 'note 1' })
  })

  test.each([2, 3, 4])('has one winner of %i tabs', async (count) => {
    const { tabs: opened } = await tabs(count)
    for (let id = 0; id < 40; id++) {
      await opened[id % count]!.notes.upsert([note(id)])
      const claims = await Promise.allSettled(
        opened.map(({ notes }, i) =>
          notes.write(
            { update: [{ ids: [id], payload: { owner: `tab ${i}` } }] },
            { expect: { filter: { $id: id, owner: { $exists: false } }, count: 1 } },
          ),
        ),
      )
      const winners = claims.flatMap(({ status }, i) => (status === 'fulfilled' ? [`tab ${i}`] : []))
      expect(winners).toHaveLength(1)
      for (const claim of claims) if (claim.status === 'rejected') expect(claim.reason.code).toBe('conflict')
      for (const { notes } of opened) {
        expect((await notes.retrieve([id], { consistency: 'latest' }))[0]!.payload.owner).toBe(winners[0])
      }
    }
  })

  test('makes counting exact, however many count at once', async () => {
    const { tabs: opened } = await tabs(3)
    await opened[0]!.notes.upsert([{ ...note(0), payload: { text: 'counter', seen: 0 } }])
    const count = async ({ notes }: Tab): Promise<void> => {
      for (;;) {
        const [point] = await notes.retrieve([0], { consistency: 'latest' })
        const seen = point!.payload.seen!
        const outcome = await notes
          .write({ update: [{ ids: [0], payload: { seen: seen + 1 } }] }, { expect: { filter: { $id: 0, seen }, count: 1 } })
          .catch((cause: unknown) => failureOf(Promise.reject(cause)))
        if ('lsn' in outcome) return
        expect(outcome.code).toBe('conflict')
      }
    }
    await Promise.all(Array.from({ length: 30 }, (_, i) => count(opened[i % 3]!)))
    const [point] = await opened[0]!.notes.retrieve([0], { consistency: 'latest' })
    expect(point!.payload.seen).toBe(30)
  })
})
