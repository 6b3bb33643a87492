import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CDPSession, chromium, type Page } from 'playwright'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'
import { servePage } from './build-page.ts'

export interface ProfileBrowser {
  readonly page: Page
  readonly cdp: CDPSession
  readonly origin: string
  /** The profile's folder. */
  readonly profile: string
  /** Ends the browser, does something to its files, and starts it again on the same page. */
  restart(between?: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** Serves a folder's page from source and opens it in a browser that has a profile on disk, as a user's has. */
export async function openWithProfile(folder: string, flags: readonly string[] = []): Promise<ProfileBrowser> {
  const executablePath = await findBrowser()
  const { url, close } = await servePage(folder)
  const profile = await mkdtemp(join(tmpdir(), 'voisin-profile-'))
  const start = async () => {
    const context = await chromium.launchPersistentContext(profile, {
      ...(executablePath !== undefined && { executablePath }),
      args: [...BROWSER_ARGUMENTS, ...flags],
    })
    const page = context.pages()[0] ?? (await context.newPage())
    await page.goto(url)
    return { context, page, cdp: await context.newCDPSession(page) }
  }
  let running = await start()
  return {
    get page() {
      return running.page
    },
    get cdp() {
      return running.cdp
    },
    origin: new URL(url).origin,
    profile,
    async restart(between = async () => {}) {
      await running.context.close()
      await between()
      running = await start()
    },
    async close() {
      await running.context.close()
      await close()
      await rm(profile, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
