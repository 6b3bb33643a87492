import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CDPSession, chromium, type Page } from 'playwright'
import { createServer } from 'vite'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'
import { conditions, dependencies } from '../../scripts/workspace-vite.mjs'

export interface ProfileBrowser {
  readonly page: Page
  readonly cdp: CDPSession
  readonly origin: string
  close(): Promise<void>
}

/** Serves a folder's page from source and opens it in a browser that has a profile on disk, as a user's has. */
export async function openWithProfile(folder: string): Promise<ProfileBrowser> {
  const executablePath = await findBrowser()
  const server = await createServer({
    configFile: false,
    root: folder,
    cacheDir: join(tmpdir(), `voisin-profile-${process.pid}`),
    logLevel: 'error',
    resolve: { conditions },
    optimizeDeps: { include: dependencies },
    // Nothing may reload the page in the middle of a test.
    server: { port: 0, host: '127.0.0.1', fs: { strict: false }, hmr: false, watch: null },
  })
  await server.listen()
  const profile = await mkdtemp(join(tmpdir(), 'voisin-profile-'))
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath !== undefined && { executablePath }),
    args: [...BROWSER_ARGUMENTS],
  })
  const page = context.pages()[0] ?? (await context.newPage())
  const url = server.resolvedUrls?.local[0] as string
  await page.goto(url)
  return {
    page,
    cdp: await context.newCDPSession(page),
    origin: new URL(url).origin,
    async close() {
      await context.close()
      await server.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
