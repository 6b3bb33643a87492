import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium } from 'playwright'
import { build, preview } from 'vite'
import { expect, onTestFinished, test } from 'vitest'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const execute = promisify(execFile)

/** Every package as npm would get it. Returns each one's name with its tarball. */
async function pack(folder: string): Promise<Record<string, string>> {
  await execute(join(ROOT, 'node_modules/.bin/tsc'), ['-b'], { cwd: ROOT })
  const tarballs: Record<string, string> = {}
  for (const entry of await readdir(join(ROOT, 'packages'))) {
    const cwd = join(ROOT, 'packages', entry)
    const { stdout } = await execute('pnpm', ['pack', '--json', '--pack-destination', folder], { cwd })
    const { name, filename } = JSON.parse(stdout) as { name: string; filename: string }
    tarballs[name] = `file:${filename}`
  }
  return tarballs
}

/** Names of all packages in the app's node_modules, however deep. */
async function installedIn(app: string): Promise<string[]> {
  // What npm wrote down of the tree it made: one path for each package.
  const { packages } = JSON.parse(await readFile(join(app, 'node_modules/.package-lock.json'), 'utf8')) as { packages: object }
  return Object.keys(packages).map((path) => path.split('node_modules/').at(-1)!)
}

/** The README's three lines, and what it says they find. */
async function quickStart(): Promise<{ code: string; said: string[] }> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const code = /<!-- quick-start -->\s*```ts\n([\s\S]*?)```/.exec(readme)?.[1]
  const said = /`hit\.chunk\.text` is now `([^`]+)`, `hit\.document\.id` is `([^`]+)`/.exec(readme)?.slice(1)
  if (code === undefined || said === undefined) throw new Error('The README has lost its quick start.')
  return { code, said }
}

test('an app that installs the packed packages and runs the quick start finds what the README says', async () => {
  const app = await mkdtemp(join(tmpdir(), 'voisin-app-'))
  onTestFinished(() => rm(app, { recursive: true, force: true, maxRetries: 10 }))
  await mkdir(join(app, 'tarballs'))
  const dependencies = await pack(join(app, 'tarballs'))
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  // npm runs no install scripts unless asked; older ones do, and here none must be needed.
  await execute('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: app })
  // The built-in model needs no runtime, so nobody has to install one.
  const installed = await installedIn(app)
  expect(installed).toContain('@voisin/mini')
  expect(installed.filter((name) => /^@xenova\/|^onnxruntime|^protobufjs$/.test(name))).toEqual([])

  const { code, said } = await quickStart()
  await writeFile(join(app, 'index.html'), '<!doctype html><meta charset="utf-8"><script type="module" src="./main.js"></script>')
  await writeFile(join(app, 'main.js'), `${code}\nwindow.found = [hit.chunk.text, hit.document.id]\n`)
  const config = { root: app, configFile: false, logLevel: 'silent', worker: { format: 'es' } } as const
  await build({ ...config, build: { target: 'es2023' } })
  const server = await preview({ ...config, preview: { port: 0, host: '127.0.0.1' } })
  onTestFinished(() => server.close())
  const url = server.resolvedUrls?.local[0] as string

  const executablePath = await findBrowser()
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: BROWSER_ARGUMENTS })
  onTestFinished(() => browser.close())
  const context = await browser.newContext()
  const foreign: string[] = []
  context.on('request', (request) => {
    if (!request.url().startsWith(url)) foreign.push(request.url())
  })
  const page = await context.newPage()
  const failures: string[] = []
  page.on('pageerror', (error) => failures.push(String(error)))
  await page.goto(url)
  const found = await page.waitForFunction('window.found', undefined, { timeout: 120_000 }).then(
    (handle) => handle.jsonValue(),
    (error: Error) => [error.message, ...failures],
  )
  expect(found).toEqual(said)
  expect(foreign).toEqual([])
})
