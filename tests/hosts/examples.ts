import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { promisify } from 'node:util'
import { built, serveWith, tool } from './host.ts'
import { ROOT } from './pack.ts'
import type { Served } from './serve-folder.ts'

const execute = promisify(execFile)
const FOLDER = join(ROOT, 'examples')

/** Ways to serve an example's page, by its own scripts. */
type Ways = Record<string, (app: string) => Promise<Served>>

const run =
  (script: string, ...parameters: string[]) =>
  (app: string) =>
    serveWith(app, 'npm', ['run', script, '--', ...parameters])
const build = (app: string) => tool(app, 'npm', ['run', 'build'])
const afterBuild = (serve: (app: string) => Promise<Served>) => async (app: string) => {
  await build(app)
  return await serve(app)
}
const VITE = ['--host', '127.0.0.1', '--port', '0']
const NEXT = ['--hostname', '127.0.0.1', '--port', '0']

/** The folders of `examples`; none where there is no page to serve. */
export const EXAMPLES: Record<string, Ways> = {
  plain: { start: run('start', '--host', '127.0.0.1', '--port', '0') },
  'vite-react': { dev: run('dev', ...VITE), build: afterBuild(run('preview', ...VITE)) },
  next: { dev: run('dev', ...NEXT), build: afterBuild(run('start', ...NEXT)) },
  webpack: { start: run('start', '--host', '127.0.0.1', '--port', 'auto'), build: built(build) },
  extension: {},
  node: {},
}

const MADE = new Set(['node_modules', 'dist', '.next', 'package-lock.json'])

/** An example in a folder of its own, installed from the registry and the tarballs. Returns where. */
export async function makeExample(name: string, tarballs: Record<string, string>): Promise<string> {
  const app = await mkdtemp(join(tmpdir(), 'voisin-example-'))
  await cp(join(FOLDER, name), app, { recursive: true, filter: (source) => !MADE.has(basename(source)) })
  const path = join(app, 'package.json')
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { dependencies: Record<string, string> }
  const { voisin, ...overrides } = tarballs
  await writeFile(path, JSON.stringify({ ...manifest, dependencies: { ...manifest.dependencies, voisin }, overrides }))
  await execute('npm', ['install', '--no-audit', '--no-fund'], { cwd: app })
  return app
}

/** Builds the extension. Returns the folder that Chromium loads. */
export async function buildExtension(app: string): Promise<string> {
  await build(app)
  return join(app, 'dist')
}

/** How many lines of its own an example has: its manifest, prose and notes are none. */
export async function linesOf(name: string): Promise<number> {
  const entries = await readdir(join(FOLDER, name), { recursive: true, withFileTypes: true })
  let lines = 0
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || path.split('/').some((part) => MADE.has(part)) || entry.name === 'package.json') continue
    if (['.md', '.txt'].includes(extname(path))) continue
    lines += (await readFile(path, 'utf8')).split('\n').length - 1
  }
  return lines
}

/** The folders that there are. */
export const namesOfExamples = (): Promise<string[]> => readdir(FOLDER)
