import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium, type Page } from 'playwright'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'
import { FILES, HOSTS } from './hosts.ts'

const execute = promisify(execFile)

/** What `app.js` found, or why not. */
export type Found = Record<string, unknown>

export interface Tried {
  /** At the first visit, and after a reload. */
  readonly visits: readonly Found[]
  /** A page's requests to another host than its own and its modules'. */
  readonly foreign: readonly string[]
}

export const EXPECTED: Found = {
  hit: 'passport',
  answer: 'Bread rises because yeast makes gas from sugar. [1]',
  nearest: 'North',
  // As it is called in a minified app, too.
  refusal: 'DimensionMismatchError',
}

/** Makes an app of a host in a folder of its own, from the registry and the tarballs, and opens it twice. */
export async function tryHost(
  name: string,
  tarballs: Record<string, string>,
  files: Record<string, string> = {},
): Promise<Tried> {
  const host = HOSTS[name]
  if (host === undefined) throw new Error(`There is no host ${name}; there are ${Object.keys(HOSTS).join(', ')}.`)
  const app = await makeApp({ ...tarballs, ...host.dependencies }, { ...FILES, ...host.files, ...files })
  try {
    if (host.run) {
      const [command, ...parameters] = host.run as [string, ...string[]]
      const { stdout } = await execute(command, [...parameters, 'memory.js'], { cwd: app })
      return { visits: [JSON.parse(stdout) as Found], foreign: [] }
    }
    if (host.extension) return await visitExtension(await host.extension.build(app), host.extension.asks)
    const { url, close } = await host.serve!(app)
    try {
      return await visit(url)
    } finally {
      await close()
    }
  } finally {
    await rm(app, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** An app in a folder of its own, with what it depends on. Returns where. */
export async function makeApp(dependencies: Record<string, string>, files: Record<string, string>): Promise<string> {
  const app = await mkdtemp(join(tmpdir(), 'voisin-app-'))
  const manifest = {
    name: 'app',
    private: true,
    type: 'module',
    dependencies,
    '@parcel/resolver-default': { packageExports: true },
  }
  await writeFile(join(app, 'package.json'), JSON.stringify(manifest))
  await cp(new URL('app.js', import.meta.url), join(app, 'app.js'))
  for (const [file, text] of Object.entries(files)) await writeFile(join(app, file), text)
  await execute('npm', ['install', '--no-audit', '--no-fund'], { cwd: app })
  return app
}

async function visit(url: string): Promise<Tried> {
  const executablePath = await findBrowser()
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: BROWSER_ARGUMENTS })
  try {
    return await visitTwice(await browser.newPage(), url)
  } finally {
    await browser.close()
  }
}

async function visitExtension(folder: string, asks: 'page' | 'service worker'): Promise<Tried> {
  const executablePath = await findBrowser()
  const context = await chromium.launchPersistentContext('', {
    ...(executablePath && { executablePath }),
    args: [...BROWSER_ARGUMENTS, `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
  })
  try {
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'))
    if (asks === 'page') return await visitTwice(await context.newPage(), new URL('index.html', worker.url()).href)
    const ask = () => worker.evaluate('tryAll()') as Promise<Found>
    return { visits: [await ask(), await ask()], foreign: [] }
  } finally {
    await context.close()
  }
}

async function visitTwice(page: Page, url: string): Promise<Tried> {
  const foreign: string[] = []
  const failures: string[] = []
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (asked.protocol.startsWith('http') && asked.hostname !== new URL(url).hostname) foreign.push(request.url())
  })
  page.on('pageerror', (error) => failures.push(String(error)))
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
