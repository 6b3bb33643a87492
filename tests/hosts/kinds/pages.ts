import { readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { built, type Host, INSECURE_HOST, PAGE, tool } from '../host.ts'
import { ROOT } from '../pack.ts'
import { type Served, serveFolder } from '../serve-folder.ts'

/** What an import map has to name: every package, and every door of it. */
async function importMap(app: string, prefix: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(app, 'node_modules/.package-lock.json'), 'utf8')) as { packages: object }
  const imports: Record<string, string> = {}
  for (const path of Object.keys(lock.packages)) {
    const name = path.slice('node_modules/'.length)
    const manifest = JSON.parse(await readFile(join(app, path, 'package.json'), 'utf8')) as { exports?: unknown; module?: string }
    const doors = typeof manifest.exports === 'object' && manifest.exports !== null ? manifest.exports : { '.': manifest.module }
    for (const [door, target] of Object.entries(doors)) {
      const file = fileOf(target)
      if (file !== undefined && !door.includes('*')) imports[join(name, door)] = `${prefix}${path}/${file.replace('./', '')}`
    }
  }
  return JSON.stringify({ imports })
}

function fileOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null) return undefined
  const conditions = target as Record<string, unknown>
  return fileOf(conditions.browser ?? conditions.import ?? conditions.default)
}

const withImportMap = async (app: string, prefix: string) =>
  PAGE.replace('<body>', `<script type="importmap">${await importMap(app, prefix)}</script><body>`)

async function serveImportMap(app: string): Promise<Served> {
  await writeFile(join(app, 'index.html'), await withImportMap(app, '/'))
  return await serveFolder(app)
}

async function serveOtherOrigin(app: string): Promise<Served> {
  const modules = await serveFolder(app)
  const page = join(app, 'page')
  await mkdir(page)
  const text = (await withImportMap(app, modules.url)).replace('./main.js', `${modules.url}main.js`)
  await writeFile(join(page, 'index.html'), text)
  const served = await serveFolder(page)
  const close = async () => {
    await served.close()
    await modules.close()
  }
  return { url: served.url, close }
}

/** As the documentation has it. */
function policy(name: string): string {
  const text = readFileSync(join(ROOT, 'docs/csp.md'), 'utf8')
  const found = new RegExp(`<!-- ${name} -->\\s*\`\`\`\\n(.*)\\n\`\`\``).exec(text)?.[1]
  if (found === undefined) throw new Error(`docs/csp.md has lost its ${name}.`)
  return found
}
const STRICT = policy('policy')
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** A page with headers of its own. */
const page = (title: string, headers: Record<string, string>, setting?: string): Host => ({
  title,
  ...(setting && { setting }),
  dependencies: { vite: '8.4.0' },
  serve: built((app) => tool(app, 'vite', ['build']), 'dist', headers),
})

/** Where a page may use neither locks nor caches nor the browser's digests. */
async function serveInsecurely(app: string): Promise<Served> {
  await tool(app, 'vite', ['build'])
  const served = await serveFolder(join(app, 'dist'))
  return { ...served, url: served.url.replace('127.0.0.1', INSECURE_HOST) }
}

async function serveBelow(app: string): Promise<Served> {
  await tool(app, 'vite', ['build', '--base', '/sub/', '--outDir', 'dist/sub'])
  const served = await serveFolder(join(app, 'dist'))
  return { ...served, url: `${served.url}sub/` }
}

/** Tells what it found, and asks whether that is enough. */
const SAYS = `import { tryAll } from './app.js'

const found = await tryAll()
const asked = performance.getEntriesByType('resource').map((entry) => entry.name)
const foreign = asked.filter((url) => /^http/.test(url) && new URL(url).origin !== location.origin)
const answer = await fetch('/said', { method: 'POST', body: JSON.stringify({ found, foreign }) })
if ((await answer.text()) === 'again') location.reload()
`

const importMapIn = (browser: string, engine: NonNullable<Host['engine']>): Host => ({
  ...IMPORT_MAP,
  title: `${IMPORT_MAP.title}, ${browser}`,
  files: { 'main.js': SAYS },
  engine,
})
const IMPORT_MAP: Host = { title: 'no bundler: an import map', dependencies: {}, serve: serveImportMap }

export const PAGES: Record<string, Host> = {
  'import-map': IMPORT_MAP,
  'import-map-firefox': importMapIn('Firefox ESR', 'firefox'),
  'import-map-webkit': importMapIn('WebKitGTK', 'webkit'),
  'other-origin': { title: 'no bundler: modules of another origin', dependencies: {}, serve: serveOtherOrigin },
  csp: page('a strict Content-Security-Policy', { 'Content-Security-Policy': STRICT }, "`'wasm-unsafe-eval'` in `script-src`"),
  'trusted-types': page(
    'a strict Content-Security-Policy with Trusted Types',
    { 'Content-Security-Policy': `${STRICT}; ${policy('trusted')}` },
    "`'wasm-unsafe-eval'` in `script-src`, `trusted-types voisin`",
  ),
  isolated: page('a cross-origin isolated page (COOP, COEP)', ISOLATED),
  insecure: { title: 'a page over plain http', dependencies: { vite: '8.4.0' }, serve: serveInsecurely },
  base: { title: 'a page below `/sub/`', dependencies: { vite: '8.4.0' }, serve: serveBelow },
}
