import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './run.mjs'

/** The published packages: folder and manifest of each. */
export const PACKAGES = readdirSync(join(ROOT, 'packages')).map((name) => {
  const folder = join(ROOT, 'packages', name)
  return { folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }
})

/**
 * As many at once as there are cores; begins no more once one has failed.
 * @param step Resolves with an exit code.
 */
export async function eachPackage(step) {
  const due = [...PACKAGES]
  let failure = 0
  const work = async () => {
    while (due.length > 0 && failure === 0) {
      const code = await step(due.shift())
      if (code !== 0) failure = code
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return failure
}
