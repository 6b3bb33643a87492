import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))

const execute = promisify(execFile)

const PACKED = join(ROOT, 'node_modules/.voisin-packed')
const LOCK = join(ROOT, 'node_modules/.voisin-packing')

interface Packed {
  /** The process whose children share them: one run of the tests. */
  readonly run: number
  readonly tarballs: Record<string, string>
}

/** Every package as npm would get it, packed once in each run of the tests. Returns each one's name with its tarball. */
export async function pack(): Promise<Record<string, string>> {
  return await alone(async () => {
    const packed = await readFile(join(PACKED, 'packed.json'), 'utf8').then(JSON.parse, () => undefined)
    if ((packed as Packed | undefined)?.run === process.ppid) return packed.tarballs
    const tarballs = await packAll()
    await writeFile(join(PACKED, 'packed.json'), JSON.stringify({ run: process.ppid, tarballs } satisfies Packed))
    return tarballs
  })
}

async function packAll(): Promise<Record<string, string>> {
  await rm(PACKED, { recursive: true, force: true })
  await mkdir(PACKED)
  const packages = (await readdir(join(ROOT, 'packages'))).map((entry) => join(ROOT, 'packages', entry))
  // What was compiled from files that are gone would be packed too.
  for (const folder of packages) await rm(join(folder, 'dist'), { recursive: true, force: true })
  await execute(join(ROOT, 'node_modules/.bin/tsc'), ['-b'], { cwd: ROOT })
  const tarballs: Record<string, string> = {}
  for (const cwd of packages) {
    const { stdout } = await execute('pnpm', ['pack', '--json', '--pack-destination', PACKED], { cwd })
    // What its scripts say comes before it.
    const { name, filename } = JSON.parse(stdout.slice(stdout.search(/^\{/m))) as { name: string; filename: string }
    tarballs[name] = `file:${filename}`
  }
  return tarballs
}

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
