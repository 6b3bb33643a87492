import { appendFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWithProfile, type ProfileBrowser } from '../support/profile-browser.ts'
import type {} from './page/full-disk.ts'

const LEVEL_DB = '--disable-features=IdbSqliteBackingStore'
const WRITES = 20
/** As long as the record that Chromium's LevelDB gets after each commit, and that nobody syncs. */
const ZEROS = new Uint8Array(82)

let browser: ProfileBrowser

beforeAll(async () => {
  browser = await openWithProfile(fileURLToPath(new URL('./page', import.meta.url)), [LEVEL_DB])
})

afterAll(() => browser.close())

/** What a power cut may leave: the log at its new length, and zeros in the place of what was not synced. */
async function leaveZeros(): Promise<void> {
  const folder = join(browser.profile, 'Default/IndexedDB')
  const database = (await readdir(folder)).find((name) => name.endsWith('.leveldb'))!
  const logs = (await readdir(join(folder, database))).filter((name) => name.endsWith('.log'))
  expect(logs.length).toBe(1)
  await appendFile(join(folder, database, logs[0]!), ZEROS)
}

async function ready(): Promise<void> {
  await browser.page.waitForFunction('globalThis.fullDisk !== undefined')
}

/** Writes before and after such a cut; how many of the later ones are there when the browser is started once more. */
async function survivors(database: string, wasWriting: boolean): Promise<number> {
  const { page } = browser
  await ready()
  await page.evaluate((name) => fullDisk.open(name), database)
  expect(await page.evaluate(() => fullDisk.write(0, 1, 10))).toBeUndefined()
  await page.evaluate(() => fullDisk.close())
  if (wasWriting) await page.evaluate((name) => fullDisk.leaveMark(name), database)
  await browser.restart(leaveZeros)
  await ready()
  await browser.page.evaluate((name) => fullDisk.open(name), database)
  for (let number = 1; number <= WRITES; number++) {
    expect(await browser.page.evaluate((number) => fullDisk.write(number, 1, 10), number)).toBeUndefined()
  }
  await browser.page.evaluate(() => fullDisk.close())
  await browser.restart()
  await ready()
  await browser.page.evaluate((name) => fullDisk.open(name), database)
  const count = await browser.page.evaluate(() => fullDisk.count())
  await browser.page.evaluate(() => fullDisk.close())
  return count - 1
}

test('what is written after a power cut that left zeros at the end of LevelDB’s log is there after the next start', async () => {
  expect(await survivors(crypto.randomUUID(), true)).toBe(WRITES)
})

// Where this fails, Chromium has mended it, and marked-storage.ts may go.
test('without a new log file it would not be', async () => {
  expect(await survivors(crypto.randomUUID(), false)).toBeLessThan(WRITES)
})
