// Where the profile of a trial lies, and how a life of its browser ends there.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunningBrowser } from './engines/engine.ts'
import type { Disk, PowerLab } from './power.ts'
import { makeScratch } from './scratch.ts'

export interface Place {
  /** The profile's folder in this life. */
  profile(): string
  /** Kills the browser, or cuts the power. Resolves to when that was, in ms of this process's clock. */
  end(browser: RunningBrowser): Promise<number>
  remove(): Promise<void>
}

export async function openKillPlace(): Promise<Place> {
  const { folder, remove } = await makeScratch('profile')
  return {
    profile: () => folder,
    async end(browser) {
      const at = performance.now()
      await browser.kill()
      return at
    },
    remove,
  }
}

const WITNESS_BYTES = 65_536

export async function openCutPlace(lab: PowerLab): Promise<Place> {
  let disk: Disk = await lab.createDisk()
  return {
    profile: () => join(disk.folder, 'profile'),
    async end(browser) {
      const at = performance.now()
      await browser.stop()
      // What nobody has synced must be gone, or nothing was cut.
      await writeFile(join(disk.folder, 'witness'), 'x'.repeat(WITNESS_BYTES))
      const left = await disk.cut()
      await browser.kill()
      await disk.remove()
      disk = left
      const witness = await readFile(join(disk.folder, 'witness'), 'utf8').catch(() => '')
      if (witness.includes('x')) throw new Error('The power cut cut nothing: a file that was never synced is there.')
      return at
    },
    remove: () => disk.remove(),
  }
}
