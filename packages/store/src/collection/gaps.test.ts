import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { NOTES_A_BLOCK, note, notes } from '../testing/notes.ts'
import {
  collect,
  flipped,
  lookInto,
  openStored,
  type StoredCollection,
  tempDatabase,
  underneath,
} from '../testing/open-stored.ts'

// A record is damaged after one tab has read it and before another does: what each of the two saw, and what both see in the end.

const deaf = { openChannel: () => ({ post() {}, close() {} }) }

const open = (database: string) => openStored(database, { world: deaf })

async function shown(tab: StoredCollection): Promise<string[]> {
  const points = await collect(tab.scroll({ consistency: 'latest' }))
  return points.map(({ id, payload }) => `${id}: ${payload.text}`)
}

const stateOf = async (tab: StoredCollection) => (await tab.status()).dataState

async function damageEntry(database: string, lsn: number): Promise<void> {
  await underneath(database, async (records) => records.put('entries', [lsn], flipped(await records.get('entries', [lsn]), 60)))
}

async function begun(write: (tab: StoredCollection) => Promise<unknown>, lsn = 2) {
  const database = tempDatabase(onTestFinished)
  const whole = await open(database)
  await write(whole)
  await damageEntry(database, lsn)
  return { database, whole }
}

async function writeThree(tab: StoredCollection): Promise<void> {
  for (const id of [1, 2, 3]) await tab.upsert([note(id)])
}

test.each(['checkpoint', 'vacuum'] as const)(
  'a deletion that one tab has read holds for all, after a %s of one that has not',
  async (fold) => {
    const { database, whole } = await begun(async (tab) => {
      await tab.upsert([note(1), note(2)])
      await tab.delete([1])
      await tab.upsert([note(3)])
    })
    const less = await open(database)
    expect(await shown(less)).toEqual(['1: note 1', '2: note 2', '3: note 3'])
    await less[fold]()
    const later = await open(database)
    await whole.checkpoint()
    for (const tab of [less, later]) await tab.local.heardOfFold()
    await later.upsert([note(4)])
    await later.checkpoint()
    await whole.local.heardOfFold()
    for (const tab of [whole, less, later]) {
      expect(await shown(tab)).toEqual(['2: note 2', '3: note 3', '4: note 4'])
      expect(await stateOf(tab)).toBe('intact')
    }
  },
)

test.each(['checkpoint', 'vacuum'] as const)(
  'an update that one tab has read is there for all, after a %s of one that has not',
  async (fold) => {
    const { database, whole } = await begun(async (tab) => {
      await tab.upsert(notes(5))
      await tab.update([1], { text: 'new' })
      await tab.upsert(notes(5, 10))
    })
    const less = await open(database)
    await less[fold]()
    await whole.upsert([note(4)])
    await whole.checkpoint()
    await less.local.heardOfFold()
    expect(await shown(less)).toEqual(await shown(whole))
    expect(await shown(less)).toContain('1: new')
    for (const tab of [whole, less]) await tab.close()
    const after = await lookInto(database)
    expect(after.points.map(({ payload }) => payload.text)).toContain('new')
    expect({ state: after.dataState, notices: after.notices }).toEqual({ state: 'intact', notices: [] })
  },
)

test('points that are brought back come to a tab that is behind as well', async () => {
  const { database, whole } = await begun(writeThree)
  const less = await open(database)
  await less.vacuum()
  await less.close()
  const later = await open(database)
  expect([await shown(later), await stateOf(later)]).toEqual([['1: note 1', '3: note 3'], 'intact'])
  await whole.upsert([note(4)])
  await whole.checkpoint()
  await later.local.heardOfFold()
  expect(await shown(later)).toEqual(['1: note 1', '2: note 2', '3: note 3', '4: note 4'])
})

test('a tab that has more folds it in although nothing was written since', async () => {
  const { database, whole } = await begun(writeThree)
  const less = await open(database)
  await less.vacuum()
  await less.close()
  await whole.local.heardOfFold()
  expect(await whole.checkpoint()).toBe('done')
  expect((await lookInto(database)).points.map(({ id }) => id)).toEqual([1, 2, 3])
})

test('what no tab has any more stays lost, once it was told', async () => {
  const { database, whole } = await begun(writeThree)
  await whole.close()
  const less = await open(database)
  expect(await stateOf(less)).toBe('partial')
  await less.vacuum()
  const later = await open(database)
  await later.upsert([note(4)])
  await later.checkpoint()
  await less.local.heardOfFold()
  for (const tab of [less, later]) {
    expect(await shown(tab)).toEqual(['1: note 1', '3: note 3', '4: note 4'])
    expect(await stateOf(tab)).toBe('intact')
  }
})

test.each(['the one that has more', 'the one that has less'])(
  'ordinals that a lost entry had and a later one took again mix no points up, whoever folds first: %s',
  async (first) => {
    const { database, whole } = await begun((tab) => tab.upsert([note(1)]), 1)
    const less = await open(database)
    // Enough for blocks that nobody would write anew.
    await less.upsert(notes(NOTES_A_BLOCK, 10))
    await whole.catchUp()
    await whole.upsert(notes(NOTES_A_BLOCK, 20))
    await less.catchUp()
    const [one, other] = first === 'the one that has more' ? [whole, less] : [less, whole]
    for (const [tab, hears] of [
      [one, other],
      [other, one],
      [one, other],
    ] as const) {
      await tab.checkpoint()
      await hears.local.heardOfFold()
    }
    for (const tab of [whole, less]) await tab.close()
    const { points, dataState } = await lookInto(database)
    expect(points.map(({ id }) => id).sort()).toEqual([1, 10, 11, 12, 13, 14, 20, 21, 22, 23, 24])
    for (const { id, vector, payload } of points) expect([vector![0], payload.text]).toEqual([id, `note ${id}`])
    expect(dataState).toBe('intact')
  },
)

test.each(['has read it', 'has not read it'])(
  'a tab whose log ends with an entry that others set aside, and %s, takes in what comes after',
  async (how) => {
    const { database, whole } = await begun(async (tab) => {
      for (const id of [1, 2]) await tab.upsert([note(id)])
    })
    const behind = how === 'has read it' ? whole : await open(database)
    const other = await open(database)
    await other.upsert([note(3)])
    await other.checkpoint()
    expect(await other.local.purge()).toBe(true)
    expect(await shown(behind)).toContain('3: note 3')
    await behind.local.heardOfFold()
    await behind.checkpoint()
    await other.local.heardOfFold()
    expect(await shown(other)).toEqual(await shown(behind))
  },
)

test('a tab that is behind one that gave up what it could not read is told what it loses', async () => {
  const notices: string[] = []
  const database = tempDatabase(onTestFinished)
  const whole = await openStored(database, { world: deaf, onNotice: ({ kind }) => notices.push(kind) })
  await whole.upsert([note(1)])
  await damageEntry(database, 1)
  const less = await open(database)
  await less.upsert([note(2)])
  await less.vacuum()
  await whole.catchUp()
  expect([await shown(whole), await stateOf(whole), notices]).toEqual([['2: note 2'], 'partial', ['data-loss']])
  expect(await shown(less)).toEqual(['2: note 2'])
})

describe('a tab that lacks something', () => {
  async function lacking() {
    const { database, whole } = await begun(writeThree)
    await whole.close()
    let hear: (message: unknown) => void = () => {}
    const openChannel = (_: string, listener: (message: unknown) => void) => {
      hear = listener
      return { post() {}, close() {} }
    }
    const less = await openStored(database, { world: { openChannel } })
    const number = await underneath(database, async ({ number }) => number)
    return { database, less, hearOfFold: () => hear({ type: 'folded', collection: number, lsn: 3 }) }
  }

  test('loads nothing anew where others lack the same', async () => {
    const { database, less, hearOfFold } = await lacking()
    const other = await open(database)
    await other.checkpoint()
    const reload = vi.spyOn(less.local, 'reload')
    hearOfFold()
    await less.local.heardOfFold()
    expect(reload).not.toHaveBeenCalled()
  })

  test('hears of many folds and looks for them once or twice', async () => {
    const { less, hearOfFold } = await lacking()
    const adopt = vi.spyOn(less.local, 'adopt')
    for (let i = 0; i < 50; i++) hearOfFold()
    await less.local.heardOfFold()
    expect(adopt.mock.calls.length).toBeLessThanOrEqual(2)
  })
})

test('words follow a payload although the update that changed its text is lost', async () => {
  const hits = async (tab: StoredCollection, text: string) => (await tab.query({ text })).map(({ id }) => id)
  const { database, whole } = await begun(async (tab) => {
    await tab.upsert([note(1, 'cats')])
    await tab.update([1], { text: 'dogs' })
    await tab.update([1], { seen: 1 })
  })
  await whole.close()
  for (const fold of ['checkpoint', 'vacuum'] as const) {
    const tab = await open(database)
    expect([await shown(tab), await hits(tab, 'dogs'), await hits(tab, 'cats')]).toEqual([['1: dogs'], [1], []])
    await tab.update([1], { seen: 2 })
    expect([await hits(tab, 'dogs'), await hits(tab, 'cats')]).toEqual([[1], []])
    await tab[fold]()
    await tab.close()
  }
})
