import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Served, serveFolder } from './serve-folder.ts'

const execute = promisify(execFile)

/** A place that apps are built or run in. */
export interface Host {
  /** For the README. */
  readonly title: string
  /** Beside voisin's packages, with exact versions. */
  readonly dependencies: Record<string, string>
  /** What the app must be told beside its own code, where its bundler leaves no other way. */
  readonly setting?: string
  /** Files beside `app.js`. @default PAGE and MAIN */
  readonly files?: Record<string, string>
  /** Makes what a browser can open. */
  readonly serve?: (app: string) => Promise<Served>
  /** Runs `memory.js`, a program that prints what `tryAll` found. */
  readonly run?: readonly string[]
  /** Makes an extension; opens its page, or asks its service worker. */
  readonly extension?: { readonly build: (app: string) => Promise<string>; readonly asks: 'page' | 'service worker' }
}

const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script type="module" src="./main.js"></script>'
const MAIN = "import { tryAll } from './app.js'\n\nwindow.found = await tryAll()\n"
/** For formats that know no `await` at the top. */
const MAIN_LATER = "import { tryAll } from './app.js'\n\ntryAll().then((found) => {\n  window.found = found\n})\n"

export const FILES: Record<string, string> = { 'index.html': PAGE, 'main.js': MAIN }

async function tool(app: string, name: string, parameters: readonly string[]): Promise<void> {
  await execute(join(app, 'node_modules/.bin', name), parameters, { cwd: app })
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

/** A server that a tool starts, as soon as it says where. */
async function serveWith(app: string, name: string, parameters: readonly string[]): Promise<Served> {
  const child = spawn(join(app, 'node_modules/.bin', name), parameters, { cwd: app, stdio: 'pipe', detached: true })
  const said: string[] = []
  const url = await new Promise<string>((resolve, reject) => {
    const hear = (bytes: Buffer) => {
      said.push(String(bytes).replaceAll(COLOUR, ''))
      const found = /https?:\/\/(?:localhost|127\.0\.0\.1):\d+\/?/.exec(said.join(''))
      if (found) resolve(found[0])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('exit', () => reject(new Error(`${name} ended: ${said.join('')}`)))
  })
  const close = async () => {
    child.removeAllListeners('exit')
    const ended = new Promise((resolve) => child.on('exit', resolve))
    process.kill(-(child.pid as number), 'SIGKILL')
    await ended
  }
  return { url: url.endsWith('/') ? url : `${url}/`, close }
}

/** Built into `dist`, and served from there. */
const built = (build: (app: string) => Promise<void>) => async (app: string) => {
  await build(app)
  return await serveFolder(join(app, 'dist'))
}

const vite = (version: string): Record<string, Host> => {
  const major = version.split('.')[0]
  const dependencies = { vite: version }
  return {
    [`vite-${major}-dev`]: {
      title: `Vite ${major}, development server`,
      dependencies,
      serve: (app) => serveWith(app, 'vite', ['--host', '127.0.0.1', '--port', '0']),
    },
    [`vite-${major}`]: {
      title: `Vite ${major}, build`,
      dependencies,
      serve: built((app) => tool(app, 'vite', ['build', '--target', 'es2022'])),
    },
  }
}

const copyPage = async (app: string) => {
  await mkdir(join(app, 'dist'), { recursive: true })
  await cp(join(app, 'index.html'), join(app, 'dist/index.html'))
}
const copyModel = async (app: string) => {
  await copyPage(app)
  await cp(join(app, 'node_modules/@voisin/mini/model/voisin-mini.bin'), join(app, 'dist/voisin-mini.bin'))
}
const MODEL_SETTING = 'copy `voisin-mini.bin` of `@voisin/mini` beside the page'

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

const WASM_SETTING = "`'wasm-unsafe-eval'` in the manifest's `content_security_policy`"
/** A browser extension, built by Vite. */
const EXTENSION: Record<string, string> = {
  ...FILES,
  'background.js': "import 'voisin/eager'\nimport { tryAll } from './app.js'\n\nglobalThis.tryAll = tryAll\n",
  'manifest.json': JSON.stringify({
    manifest_version: 3,
    name: 'voisin',
    version: '1',
    background: { service_worker: 'background.js', type: 'module' },
    content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'" },
  }),
  'vite.config.js': `export default {
  build: { target: 'es2022', rollupOptions: { input: ['index.html', 'background.js'], output: { entryFileNames: '[name].js' } } },
}\n`,
}

async function buildExtension(app: string): Promise<string> {
  await tool(app, 'vite', ['build'])
  await cp(join(app, 'manifest.json'), join(app, 'dist/manifest.json'))
  return join(app, 'dist')
}

/** A server's runtime, from npm. */
const server = (title: string, dependencies: Record<string, string>, run: readonly string[]): Host => ({
  title: `${title}, in memory`,
  dependencies,
  setting: "`durability: 'memory'`: there is nothing to store in",
  files: { 'memory.js': MEMORY },
  run,
})
const MEMORY = "import { tryAll } from './app.js'\n\nconsole.log(JSON.stringify(await tryAll({ durability: 'memory' })))\n"

export const HOSTS: Record<string, Host> = {
  ...vite('5.4.21'),
  ...vite('6.4.1'),
  ...vite('7.3.1'),
  ...vite('8.0.3'),
  esbuild: {
    title: 'esbuild, ES module',
    dependencies: { esbuild: '0.25.12' },
    setting: MODEL_SETTING,
    serve: built(async (app) => {
      await copyModel(app)
      await tool(app, 'esbuild', ['main.js', '--bundle', '--format=esm', '--minify', '--outfile=dist/main.js'])
    }),
  },
  'esbuild-iife': {
    title: 'esbuild, IIFE',
    dependencies: { esbuild: '0.25.12' },
    setting: MODEL_SETTING,
    files: { 'index.html': PAGE.replace(' type="module"', ''), 'main.js': MAIN_LATER },
    serve: built(async (app) => {
      await copyModel(app)
      await tool(app, 'esbuild', ['main.js', '--bundle', '--format=iife', '--minify', '--outfile=dist/main.js'])
    }),
  },
  rollup: {
    title: 'Rollup 4',
    dependencies: { rollup: '4.53.3', '@rollup/plugin-node-resolve': '16.0.3' },
    setting: MODEL_SETTING,
    serve: built(async (app) => {
      await copyModel(app)
      await tool(app, 'rollup', ['main.js', '--dir', 'dist', '--format', 'es', '-p', 'node-resolve'])
    }),
  },
  webpack: {
    title: 'webpack 5',
    dependencies: { webpack: '5.103.0', 'webpack-cli': '6.0.1' },
    serve: built(async (app) => {
      await copyPage(app)
      await tool(app, 'webpack', [
        '--mode',
        'production',
        '--entry',
        './main.js',
        '--output-path',
        'dist',
        '--output-filename',
        'main.js',
      ])
    }),
  },
  parcel: {
    title: 'Parcel 2',
    dependencies: { parcel: '2.16.1' },
    setting: '`"@parcel/resolver-default": { "packageExports": true }` in package.json',
    serve: built((app) => tool(app, 'parcel', ['build', 'index.html', '--no-cache', '--no-source-maps'])),
  },
  'extension-page': {
    title: 'MV3 extension, page',
    setting: WASM_SETTING,
    dependencies: { vite: '8.0.3' },
    files: EXTENSION,
    extension: { build: buildExtension, asks: 'page' },
  },
  'extension-worker': {
    title: 'MV3 extension, service worker',
    dependencies: { vite: '8.0.3' },
    setting: `${WASM_SETTING}; \`import 'voisin/eager'\`, since a service worker may load nothing later`,
    files: EXTENSION,
    extension: { build: buildExtension, asks: 'service worker' },
  },
  'node-20': server('Node 20', {}, [process.execPath]),
  'node-22': server('Node 22', { node: '22.23.3' }, ['node_modules/.bin/node']),
  deno: server('Deno', { deno: '2.5.2' }, ['node_modules/.bin/deno', 'run', '-A']),
  'import-map': {
    title: 'no bundler: an import map',
    dependencies: {},
    serve: async (app) => {
      await writeFile(join(app, 'index.html'), await withImportMap(app, '/'))
      return await serveFolder(app)
    },
  },
  'other-origin': {
    title: 'no bundler: modules of another origin',
    dependencies: {},
    serve: async (app) => {
      const modules = await serveFolder(app)
      const page = join(app, 'page')
      await mkdir(page)
      await writeFile(
        join(page, 'index.html'),
        (await withImportMap(app, modules.url)).replace('./main.js', `${modules.url}main.js`),
      )
      const served = await serveFolder(page)
      const close = async () => {
        await served.close()
        await modules.close()
      }
      return { url: served.url, close }
    },
  },
}
