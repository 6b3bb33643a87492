import { execFile, spawn } from 'node:child_process'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Served, serveFolder } from './serve-folder.ts'

const execute = promisify(execFile)

export type Installer = 'npm' | 'pnpm' | 'npm workspace'

/** A place that apps are built or run in. */
export interface Host {
  /** For the README. */
  readonly title: string
  /** Beside voisin's packages, with exact versions. */
  readonly dependencies: Record<string, string>
  /** What the app must be told beside its own code, where its bundler leaves no other way. */
  readonly setting?: string
  /** What installs the packages; in a workspace the app is one of several, and its packages lie above it. @default 'npm' */
  readonly installer?: Installer
  /** Files beside `app.js`. @default PAGE and MAIN */
  readonly files?: Record<string, string>
  /** Makes what a browser can open. */
  readonly serve?: (app: string) => Promise<Served>
  /** The browser that opens it, with a profile on disk. @default Chromium, by Playwright */
  readonly engine?: 'firefox' | 'webkit'
  /** Runs `memory.js`, a program that prints what `tryAllHere` found. */
  readonly run?: readonly string[]
  /** Makes an extension; opens its page, or asks its service worker for what it, or its offscreen page, found. */
  readonly extension?: { readonly build: (app: string) => Promise<string>; readonly asks: 'page' | 'service worker' }
}

/** Found on this machine; unlike 127.0.0.1, its pages are not taken for secure ones. */
export const INSECURE_HOST = 'app.test'

export const PAGE =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script type="module" src="./main.js"></script>'
const MAIN = "import { tryAll } from './app.js'\n\nwindow.found = await tryAll()\n"
/** For formats that know no `await` at the top. */
export const MAIN_LATER = "import { tryAll } from './app.js'\n\ntryAll().then((found) => {\n  window.found = found\n})\n"

export const FILES: Record<string, string> = { 'index.html': PAGE, 'main.js': MAIN }

/** Runs a program that a package of the app has, or npm. */
export async function tool(app: string, name: string, parameters: readonly string[]): Promise<void> {
  const { command, environment } = program(app, name)
  try {
    await execute(command, parameters, { cwd: app, env: environment, maxBuffer: 2 ** 26 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`${name} ${parameters.join(' ')} failed: ${stdout}\n${stderr}`)
  }
}

/** What the test runner sets for itself: frameworks behave differently when they see it. */
const OF_THE_RUNNER = /^(?:VITEST.*|NODE_ENV|TEST|MODE|DEV|PROD|SSR|BASE_URL)$/

/** Where an app brings its own Node, its programs run in that one. */
function program(app: string, name: string): { command: string; environment: NodeJS.ProcessEnv } {
  const folders = [app, join(app, '..')].map((folder) => join(folder, 'node_modules/.bin')).join(':')
  const own = Object.entries(process.env).filter(([variable]) => !OF_THE_RUNNER.test(variable))
  return {
    command: name,
    environment: { ...Object.fromEntries(own), CI: '1', NEXT_TELEMETRY_DISABLED: '1', PATH: `${folders}:${process.env.PATH}` },
  }
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

/** A server that a program starts, as soon as it says where. */
export async function serveWith(app: string, name: string, parameters: readonly string[]): Promise<Served> {
  const { command, environment } = program(app, name)
  const child = spawn(command, parameters, { cwd: app, env: environment, stdio: 'pipe', detached: true })
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

/** Built into a folder, and served from there. */
export const built =
  (build: (app: string) => Promise<void>, folder = 'dist', headers: Record<string, string> = {}) =>
  async (app: string): Promise<Served> => {
    await build(app)
    return await serveFolder(join(app, folder), headers)
  }

export const copyPage = async (app: string): Promise<void> => {
  await mkdir(join(app, 'dist'), { recursive: true })
  await cp(join(app, 'index.html'), join(app, 'dist/index.html'))
}
