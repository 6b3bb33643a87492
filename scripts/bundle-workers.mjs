// Makes each worker of the packages one file that imports nothing, and a module that has the same as text. Runs after the compiler,
// whose output it replaces.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { oneFile } from './one-file.mjs'
import { ROOT } from './run.mjs'

const WORKERS = ['store', 'embed']
/** How a worker that is bundled begins. */
export const NOTICES_HEAD = '/*! This file contains:'

export async function bundleWorkers() {
  for (const name of WORKERS) {
    const folder = join(ROOT, 'packages', name)
    const code = await withNotices(
      await oneFile(join(folder, `src/voisin-${name}-worker.ts`), { target: 'es2022', minify: true }),
    )
    await writeFile(join(folder, `dist/voisin-${name}-worker.js`), code)
    await writeFile(join(folder, 'dist/worker-text.js'), `export default ${JSON.stringify(code)}\n`)
  }
}

/** The licences of what is bundled from elsewhere ask to be kept with it. */
async function withNotices({ code, moduleIds }) {
  const folders = new Set(moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*(?=\/)/.exec(id)?.[0] ?? []))
  const notices = []
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    notices.push(`${name} ${version}, ${license}\n\n${(await licenceIn(folder)).trim()}`)
  }
  return `${NOTICES_HEAD}\n\n${notices.join('\n\n---\n\n').replaceAll('*/', '* /')}\n*/\n${code}`
}

async function licenceIn(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'LICENSE-MIT', 'license']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  throw new Error(`${folder} has no licence.`)
}

if (process.argv[1] === import.meta.filename) await bundleWorkers()
