import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page, type Worker } from 'playwright'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'
import { ENGINES } from '../durability/engines/engines.ts'
import { type Host, INSECURE_HOST } from './host.ts'
import type { Served } from './serve-folder.ts'

/** What `app.js` found, or why not. */
export type Found = Record<string, unknown>

export interface Tried {
  /** At the first visit, and after a reload. */
  readonly visits: readonly Found[]
  /** A page's requests to another host than its own and its modules'. */
  readonly foreign: readonly string[]
}

/** What `tryAllHere` found. */
export interface FoundHere {
  readonly found: Found
  readonly foreign: readonly string[]
}

export const both = (times: readonly FoundHere[]): Tried => ({
  visits: times.map(({ found }) => found),
  foreign: times.flatMap(({ foreign }) => foreign),
})

/** Opens a page twice in Chromium. */
export async function visit(url: string): Promise<Tried> {
  return await inBrowser((page) => visitTwice(page, url))
}

/** Does something in a page of a Chromium of its own. */
export async function inBrowser<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const executablePath = await findBrowser()
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [...BROWSER_ARGUMENTS, `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`],
  })
  try {
    return await work(await browser.newPage())
  } finally {
    await browser.close()
  }
}

/** The program that is missing to run a host; undefined when it can be run. */
export async function missingFor({ engine }: Host): Promise<string | undefined> {
  return engine && (await engineOf(engine).missing())
}

const engineOf = (name: string) => ENGINES.find((engine) => engine.name === name)!

/** Opens a page that tells `/said` what it found, and that loads itself again when told to. */
export async function visitWith(name: NonNullable<Host['engine']>, served: Served): Promise<Tried> {
  const profile = await mkdtemp(join(tmpdir(), 'voisin-profile-'))
  const visits: Found[] = []
  const foreign: string[] = []
  const bothVisits = new Promise<void>((resolve) => {
    served.hear = (said) => {
      const heard = JSON.parse(said) as FoundHere
      visits.push(heard.found)
      foreign.push(...heard.foreign)
      const isEnough = visits.length === 2 || 'failure' in heard.found
      if (isEnough) resolve()
      return isEnough ? 'enough' : 'again'
    }
  })
  const browser = await engineOf(name).start(profile, served.url)
  try {
    await Promise.race([bothVisits, browser.died])
    return { visits, foreign }
  } finally {
    await browser.kill()
    await rm(profile, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** Opens an extension's page twice, or asks its service worker twice. */
export async function visitExtension(folder: string, asks: 'page' | 'service worker'): Promise<Tried> {
  return await withExtension(folder, async (worker, page) => {
    if (asks === 'page') return await visitTwice(page, new URL('index.html', worker.url()).href)
    const ask = () => worker.evaluate('tryAllHere()') as Promise<FoundHere>
    return both([await ask(), await ask()])
  })
}

/** Does something in a Chromium that has an extension. @param work Gets its service worker, and an empty page. */
export async function withExtension<T>(folder: string, work: (worker: Worker, page: Page) => Promise<T>): Promise<T> {
  const executablePath = await findBrowser()
  const context = await chromium.launchPersistentContext('', {
    ...(executablePath && { executablePath }),
    args: [...BROWSER_ARGUMENTS, `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
  })
  try {
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
    return await work(worker, await context.newPage())
  } finally {
    await context.close()
  }
}

/** What a page does that it should not: requests to another host than that of `url`, and errors that nobody caught. */
export function watch(page: Page, url: string): { foreign: string[]; failures: string[] } {
  const foreign: string[] = []
  const failures: string[] = []
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (asked.protocol.startsWith('http') && asked.hostname !== new URL(url).hostname) foreign.push(request.url())
  })
  page.on('pageerror', (error) => failures.push(String(error)))
  return { foreign, failures }
}

async function visitTwice(page: Page, url: string): Promise<Tried> {
  const { foreign, failures } = watch(page, url)
  const visits: Found[] = []
  for (let i = 0; i < 2; i++) {
    await page.goto(url)
    // Not by an expression: an extension's page evaluates none.
    const found = await page
      .waitForFunction(() => (globalThis as { found?: Found }).found, undefined, { timeout: 60_000 })
      .then(
        (handle) => handle.jsonValue() as Promise<Found>,
        (error: Error) => ({ failure: [error.message.split('\n')[0], ...failures].join(' ← ') }),
      )
    visits.push(found)
    if ('failure' in found) break
  }
  return { visits, foreign }
}
