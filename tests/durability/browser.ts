import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chromium, type Page } from 'playwright'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'

/** A browser with a profile on disk that can be killed as a power user or an operating system would: at once, all processes. */
export interface KillableBrowser {
  readonly page: Page
  /** Does nothing to one that is dead. */
  kill(): Promise<void>
}

export async function startBrowser(profile: string, url: string): Promise<KillableBrowser> {
  const path = await findBrowser()
  if (path === undefined) throw new Error('No browser to test with: set VOISIN_BROWSER.')
  const flags = [
    ...BROWSER_ARGUMENTS,
    '--headless=new',
    '--disable-gpu',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ]
  // Its own process group, so that one signal reaches every process of it.
  const child = spawn(path, [...flags, 'about:blank'], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  const browser = await chromium.connectOverCDP(await debuggingAddress(child))
  const context = browser.contexts()[0]
  if (context === undefined) throw new Error('The browser has no default context.')
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForFunction('globalThis.durability !== undefined')
  return {
    page,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      process.kill(-(child.pid as number), 'SIGKILL')
      await exited
      await browser.close().catch(() => undefined)
    },
  }
}

/** The address that the browser prints when it listens. */
async function debuggingAddress(child: ChildProcess): Promise<string> {
  let printed = ''
  for await (const bytes of child.stderr as NodeJS.ReadableStream) {
    printed += String(bytes)
    const address = /DevTools listening on (ws:\/\/\S+)/.exec(printed)?.[1]
    if (address !== undefined) return address
  }
  throw new Error(`The browser ended before it listened:\n${printed}`)
}
