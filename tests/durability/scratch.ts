import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Scratch {
  readonly folder: string
  remove(): Promise<void>
}

const REMOVAL = { recursive: true, force: true, maxRetries: 10 }

/** A folder that is removed at the latest when this process ends. */
export async function makeScratch(name: string): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), `voisin-${name}-`))
  const removeNow = () => rmSync(folder, REMOVAL)
  process.once('exit', removeNow)
  return {
    folder,
    async remove() {
      process.off('exit', removeNow)
      await rm(folder, REMOVAL)
    },
  }
}
