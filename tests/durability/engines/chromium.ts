import { BROWSER_ARGUMENTS, findBrowser } from '../../../scripts/find-browser.mjs'
import type { Engine, EngineName } from './engine.ts'
import { startSession } from './session.ts'

function chromium(name: EngineName, flags: readonly string[]): Engine {
  return {
    name,
    losesRelaxedWrites: true,
    missing: async () => ((await findBrowser()) === undefined ? 'chromium' : undefined),
    async start(profile, url) {
      const path = await findBrowser()
      if (path === undefined) throw new Error('No Chrome or Chromium to test with.')
      const own = ['--headless=new', '--disable-gpu', '--disable-breakpad', `--user-data-dir=${profile}`]
      return startSession(path, [...BROWSER_ARGUMENTS, ...own, ...flags, url])
    },
  }
}

export const chromiumLevelDb: Engine = chromium('chromium-leveldb', ['--disable-features=IdbSqliteBackingStore'])
export const chromiumSqlite: Engine = chromium('chromium-sqlite', ['--enable-features=IdbSqliteBackingStore'])
