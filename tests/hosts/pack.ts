import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))

const execute = promisify(execFile)

/** Every package as npm would get it. Returns each one's name with its tarball. */
export async function pack(folder: string): Promise<Record<string, string>> {
  return await alone(() => packAll(folder))
}

async function packAll(folder: string): Promise<Record<string, string>> {
  await execute(join(ROOT, 'node_modules/.bin/tsc'), ['-b'], { cwd: ROOT })
  const tarballs: Record<string, string> = {}
  for (const entry of await readdir(join(ROOT, 'packages'))) {
    const cwd = join(ROOT, 'packages', entry)
    const { stdout } = await execute('pnpm', ['pack', '--json', '--pack-destination', folder], { cwd })
    // What its scripts say comes before it.
    const { name, filename } = JSON.parse(stdout.slice(stdout.search(/^\{/m))) as { name: string; filename: string }
    tarballs[name] = `file:${filename}`
  }
  return tarballs
}

const LOCK = join(ROOT, 'node_modules/.voisin-packing')

/** One process after another: packing writes into the packages' `dist`. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  while (!(await take())) await wait(100)
  try {
    return await work()
  } finally {
    await rm(LOCK, { force: true })
  }
}

async function take(): Promise<boolean> {
  try {
    await writeFile(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    const holder = await readFile(LOCK, 'utf8').catch(() => '')
    if (holder !== '' && !isRunning(Number(holder))) await rm(LOCK, { force: true })
    return false
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
