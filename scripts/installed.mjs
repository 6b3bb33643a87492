import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ROOT } from './run.mjs'

const STAMP = join(ROOT, 'node_modules/.voisin-installed')

async function digest() {
  const hash = createHash('sha256')
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(await readFile(join(ROOT, file)))
  return hash.digest('hex')
}

/** Called when an install has come to its end. */
export async function stampInstall() {
  await writeFile(STAMP, await digest())
}

/** pnpm installs before it runs a script, but only warns when that fails; here a failed install is a failure. */
export async function requireInstall() {
  const stamp = await readFile(STAMP, 'utf8').catch(() => undefined)
  if (stamp === (await digest())) return
  console.error('The install did not complete. Run `npx pnpm@12 install` and look at what it says.')
  process.exit(1)
}
