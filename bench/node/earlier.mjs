import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BENCH = fileURLToPath(new URL('..', import.meta.url))

/** An earlier commit's files with what it needs installed, in a folder of their own that is kept. Returns the folder. */
export async function checkOutEarlier(commit) {
  const hash = execFileSync('git', ['rev-parse', '--verify', `${commit}^{commit}`], { cwd: ROOT, encoding: 'utf8' }).trim()
  const folder = join(tmpdir(), `voisin-${hash.slice(0, 12)}`)
  if (existsSync(folder)) return folder
  const unfinished = `${folder}-${process.pid}`
  await mkdir(unfinished)
  try {
    const archive = execFileSync('git', ['archive', hash], { cwd: ROOT, maxBuffer: 2 ** 30 })
    run('tar', ['-x'], unfinished, archive)
    run('pnpm', ['install', '--frozen-lockfile'], unfinished)
    await rename(unfinished, folder)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  return folder
}

/** What the bench's own files import of the packages that an earlier commit can stand in for. */
const DOORS = { '@voisin/store': 'packages/store/src/index.ts', voisin: 'packages/voisin/src/index.ts' }

/** A Vite plugin that gives the bench's own files the store and the library of another checkout; whatever these import is that checkout's too. */
export function doorsOf(folder) {
  return {
    name: 'voisin-earlier-doors',
    enforce: 'pre',
    resolveId: (id, importer) => {
      const isAsked = importer?.startsWith(BENCH) && Object.hasOwn(DOORS, id)
      return isAsked ? join(folder, DOORS[id]) : undefined
    },
  }
}

function run(command, parameters, cwd, input) {
  const { status, stderr, error } = spawnSync(command, parameters, { cwd, input, encoding: 'utf8' })
  if (error || status !== 0) throw new Error(`${command} ${parameters.join(' ')} failed: ${error?.message ?? stderr}`)
}
