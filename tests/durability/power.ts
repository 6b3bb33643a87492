// Cuts the power of a disk. The profile lies on an ext4 file system in a file; at the cut the file is copied as it is, without what
// the operating system still holds in memory. The copy, mounted, replays its journal as a disk does after a real cut.
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findProgram } from './engines/programs.ts'

const PREFIX = 'voisin-power-'
const DISK_BYTES = 2 * 1_024 ** 3
const POOL_BYTES = 16 * 1_024 ** 3
const MOST_UNMOUNTS = 200
const PROGRAMS = ['mkfs.ext4', 'mount', 'umount', 'cp']

const execute = promisify(execFile)
const call = (name: string, ...parameters: string[]) => execute(findProgram(name) ?? name, parameters)

export interface Disk {
  /** Where it is mounted. */
  readonly folder: string
  /** A disk like this one as a cut at this moment leaves it. The cut disk must not be written to after that. */
  cut(): Promise<Disk>
  remove(): Promise<void>
}

/** A place for disks. */
export interface PowerLab {
  /** Whether a copy is of one moment: where the file system can share blocks. Elsewhere a copy takes a moment. */
  readonly isAtomic: boolean
  createDisk(): Promise<Disk>
  remove(): Promise<void>
}

/** What is missing for power cuts, by name; undefined when they can be made. */
export function missingForCuts(): string | undefined {
  if (process.platform !== 'linux') return 'Linux'
  if (process.getuid?.() !== 0) return 'root'
  if (!existsSync('/dev/loop-control')) return 'loop mounts (/dev/loop-control)'
  return PROGRAMS.find((name) => findProgram(name) === undefined)
}

export async function openPowerLab(): Promise<PowerLab> {
  removeLeftovers()
  const root = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const removeNow = () => removeFolder(root)
  process.once('exit', removeNow)
  const pool = join(root, 'pool')
  await mkdir(pool)
  const isAtomic = await mountPool(root, pool)
  let count = 0

  const mountDisk = async (image: string): Promise<Disk> => {
    const folder = `${image}.mounted`
    await mkdir(folder)
    await call('mount', '-o', 'loop', image, folder)
    return {
      folder,
      async cut() {
        const copy = join(pool, `disk-${count++}`)
        await call('cp', ...(isAtomic ? ['--reflink=always'] : ['--reflink=auto', '--sparse=always']), image, copy)
        return await mountDisk(copy)
      },
      async remove() {
        await unmount(folder)
        await rm(folder, { recursive: true })
        await rm(image)
      },
    }
  }
  return {
    isAtomic,
    async createDisk() {
      const image = join(pool, `disk-${count++}`)
      await writeFile(image, '')
      await truncate(image, DISK_BYTES)
      // Nothing is left to be written in the background; few inodes, for the same reason.
      const options = ['-q', '-F', '-N', '32768', '-E', 'lazy_itable_init=0,lazy_journal_init=0']
      await call('mkfs.ext4', ...options, image)
      return await mountDisk(image)
    },
    async remove() {
      process.off('exit', removeNow)
      removeNow()
    },
  }
}

/** The last files of a browser that was just killed may be held for a moment yet. */
async function unmount(folder: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await call('umount', folder)
      return
    } catch (error) {
      if (tries === MOST_UNMOUNTS) throw error
      await delay(50)
    }
  }
}

/** A file system that copies by sharing blocks, where there is one to be made; else the folder stays as it is. */
async function mountPool(root: string, pool: string): Promise<boolean> {
  if (findProgram('mkfs.xfs') === undefined) return false
  const image = join(root, 'pool.image')
  await writeFile(image, '')
  await truncate(image, POOL_BYTES)
  try {
    await call('mkfs.xfs', '-q', '-m', 'reflink=1', image)
    await call('mount', '-o', 'loop,discard', image, pool)
    return true
  } catch {
    await rm(image, { force: true })
    return false
  }
}

/** Of runs that were killed themselves. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = name.slice(PREFIX.length).split('-')[0]
    if (!existsSync(`/proc/${pid}`)) removeFolder(join(tmpdir(), name))
  }
}

/** Unmounts what is mounted below the folder, the innermost first, and removes it. */
function removeFolder(folder: string): void {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  for (const place of mounted.filter((path) => path.startsWith(`${folder}/`)).reverse()) {
    // Lazily: a browser that is just being killed may still hold it.
    spawnSync(findProgram('umount') ?? 'umount', ['-l', place])
  }
  rmSync(folder, { recursive: true, force: true })
}
