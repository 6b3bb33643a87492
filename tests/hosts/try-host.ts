import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'
import { FILES, HOSTS } from './hosts.ts'

const execute = promisify(execFile)

/** What `app.js` found, or why not. */
export type Found = Record<string, unknown>

export interface Tried {
  /** At the first visit, and after a reload. */
  readonly visits: readonly Found[]
  /** Requests to another origin than the page's and its modules'. */
  readonly foreign: readonly string[]
}

export const EXPECTED: Found = {
  hit: 'passport',
  answer: 'Bread rises because yeast makes gas from sugar. [1]',
  nearest: 'North',
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
    const { url, close } = await host.serve(app)
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
  // Where a tool needs an install script of its own it is built by that; voisin needs none.
  await execute('npm', ['install', '--no-audit', '--no-fund'], { cwd: app })
  return app
}

async function visit(url: string): Promise<Tried> {
  const executablePath = await findBrowser()
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: BROWSER_ARGUMENTS })
  try {
    const page = await browser.newPage()
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
      const found = await page.waitForFunction('window.found', undefined, { timeout: 60_000 }).then(
        (handle) => handle.jsonValue() as Promise<Found>,
        (error: Error) => ({ failure: [error.message.split('\n')[0], ...failures].join(' ← ') }),
      )
      visits.push(found)
      if ('failure' in found) break
    }
    return { visits, foreign }
  } finally {
    await browser.close()
  }
}
