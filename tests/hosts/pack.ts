import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url))

const execute = promisify(execFile)

/** Every package as npm would get it. Returns each one's name with its tarball. */
export async function pack(folder: string): Promise<Record<string, string>> {
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
