import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openWithProfile, type ProfileBrowser } from '../support/profile-browser.ts'
import type {} from './page/full-disk.ts'

const QUOTA = 30e6
/** Eleven points of 100 KB, 1.1 MB a write. */
const POINTS = 11
const CHARACTERS = 100_000
const BALLAST_BYTES = 8 * 2 ** 20
const PATIENT = { timeout: 60_000, interval: 250 }
const REFUSED = { code: 'storage-full', dataState: 'intact', retryable: true, remedy: expect.any(String) }

let browser: ProfileBrowser
let database: string

beforeAll(async () => {
  browser = await openWithProfile(fileURLToPath(new URL('./page', import.meta.url)))
})

afterAll(() => browser.close())

/** A page of its own on a disk of so many bytes. */
async function limited(bytes: number): Promise<void> {
  const { page, cdp, origin } = browser
  database = crypto.randomUUID()
  await reload()
  onTestFinished(async () => {
    await page.goto('about:blank')
    await cdp.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
    await cdp.send('Storage.overrideQuotaForOrigin', { origin })
  })
  await cdp.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: bytes })
}

async function reload(): Promise<void> {
  await browser.page.goto(browser.origin)
  await browser.page.waitForFunction('globalThis.fullDisk !== undefined')
}

type Work = keyof typeof globalThis.fullDisk

/** Calls one of the page's functions. */
async function call<W extends Work>(
  work: W,
  ...parameters: Parameters<(typeof globalThis.fullDisk)[W]>
): Promise<Awaited<ReturnType<(typeof globalThis.fullDisk)[W]>>> {
  return (await browser.page.evaluate(
    ([name, values]) => (globalThis.fullDisk[name as Work] as (...values: unknown[]) => unknown)(...(values as unknown[])),
    [work, parameters] as const,
  )) as never
}

/** The trial's own words: half is deleted, and twelve of twelve further writes are refused. Here they may wait: browsers give space back late. */
async function expectRoom(): Promise<void> {
  const before = await call('count')
  for (let number = 1_000; number < 1_005; number++) {
    await vi.waitFor(async () => expect(await call('write', number, POINTS, CHARACTERS)).toBeUndefined(), PATIENT)
  }
  expect(await call('count')).toBe(before + 5 * POINTS)
  expect(await call('status')).toMatchObject({ dataState: 'intact' })
}

// How much of the disk another collection fills first: as much as its deletion is to give back.
const EMPTYINGS: readonly (readonly [name: string, others: number, empty: () => Promise<unknown>])[] = [
  ['a deletion of half of it by filter', 1, () => call('deleteDrafts', true)],
  ['a deletion of half of it by id', 1, () => call('deleteDraftsById', true)],
  ['deletions one by one', 1, () => call('deleteDraftsById', false)],
  ['a deletion of all of it', 1, () => call('deleteAll')],
  ['the deletion of another collection', 13, () => call('deleteCollection', database, 'other')],
]

describe.each(EMPTYINGS)('a full disk takes writes again after %s', (_, others, empty) => {
  test.each([false, true])('(reloaded in between: %s)', async (isReloaded) => {
    await limited(QUOTA)
    await call('open', database, 'other')
    for (let number = 0; number < others; number++) {
      expect(await call('write', number, POINTS, CHARACTERS, 'other')).toBeUndefined()
    }
    await call('open', database)
    const { taken, refusal } = await call('fill', POINTS, CHARACTERS)
    expect(refusal).toEqual(REFUSED)
    await vi.waitFor(async () => expect(await call('notices')).toContain('quota'), PATIENT)
    expect(taken).toBeGreaterThan(2)
    // What was acknowledged is there, and can be read, while the disk is full; and after a reload.
    expect(await call('count')).toBe(POINTS * taken)
    if (isReloaded) {
      await reload()
      await call('open', database)
      expect(await call('count')).toBe(POINTS * taken)
    }
    await empty()
    // Space comes back by itself; a vacuum only brings it forward.
    if (isReloaded) await call('vacuum')
    await expectRoom()
  })
})

test('a disk that is filled and emptied five times takes as much each time', async () => {
  await limited(QUOTA)
  await call('open', database)
  const taken: number[] = []
  for (let round = 0; round < 5; round++) {
    const filled = await call('fill', POINTS, CHARACTERS)
    expect(filled.refusal).toEqual(REFUSED)
    taken.push(filled.taken)
    if (round % 2) {
      await call('deleteDrafts', true)
      await call('deleteDrafts', false)
    } else await call('deleteAll')
    await call('vacuum')
    expect(await call('count')).toBe(0)
    // What is kept in reserve takes what it says: the browser could not make it smaller. All else is given back, if late.
    await vi.waitFor(async () => {
      const usage = await call('usage')
      expect(usage).toBeGreaterThan(BALLAST_BYTES)
      expect(usage).toBeLessThan(1.7 * BALLAST_BYTES)
    }, PATIENT)
  }
  expect(taken[0]).toBeGreaterThan(8)
  expect(Math.min(...taken)).toBeGreaterThan(0.7 * taken[0]!)
})

test.each([true, false])(
  'many small writes fill it as well (folded meanwhile: %s), and what is deleted then is deleted',
  async (isFolded) => {
    await limited(QUOTA)
    await call('open', database, 'notes', isFolded)
    const { taken, refusal } = await call('fill', 1, 40_000)
    expect(refusal).toEqual(REFUSED)
    expect(await call('count')).toBe(taken)
    // LevelDB gives small records' space back late, and is made to.
    await call('deleteAll')
    expect(await call('count')).toBe(0)
    await reload()
    await call('open', database)
    expect(await call('count')).toBe(0)
    expect(await call('status')).toMatchObject({ dataState: 'intact' })
  },
)

test('the browser itself counts less when what was added is removed, each time', async () => {
  await limited(10e9)
  await call('open', database)
  const before = await call('usage')
  for (let cycle = 0; cycle < 3; cycle++) {
    for (let number = 0; number < 20; number++) await call('write', number, POINTS, CHARACTERS)
    expect(await call('usage')).toBeGreaterThan(before + 20e6)
    await call('deleteAll')
    // The ballast and the log of a few writes may stay.
    await vi.waitFor(async () => expect(await call('usage')).toBeLessThan(before + 12e6), PATIENT)
  }
})
