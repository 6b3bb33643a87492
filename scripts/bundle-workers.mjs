// Makes each worker of the packages one file that imports nothing, and a module that has the same as text. Runs after the compiler,
// whose output it replaces.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { ROOT } from './run.mjs'
import { conditions } from './workspace-vite.mjs'

const WORKERS = ['store', 'embed']

export async function bundleWorkers() {
  for (const name of WORKERS) {
    const folder = join(ROOT, 'packages', name)
    const code = await bundle(join(folder, `src/voisin-${name}-worker.ts`))
    await writeFile(join(folder, `dist/voisin-${name}-worker.js`), code)
    await writeFile(join(folder, 'dist/worker-text.js'), `export default ${JSON.stringify(code)}\n`)
  }
}

async function bundle(input) {
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions },
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: { input, output: { format: 'es', codeSplitting: false }, checks: { pluginTimings: false } },
    },
  })
  const [chunk, ...others] = output
  if (others.length > 0) throw new Error(`${input} is more than one file: ${others.map(({ fileName }) => fileName)}.`)
  return await withNotices(chunk)
}

/** The licences of what is bundled from elsewhere ask to be kept with it. */
async function withNotices({ code, moduleIds }) {
  const folders = new Set(moduleIds.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*(?=\/)/.exec(id)?.[0] ?? []))
  const notices = []
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    notices.push(`${name} ${version}, ${license}\n\n${(await licenceIn(folder)).trim()}`)
  }
  return `/*! This file contains:\n\n${notices.join('\n\n---\n\n').replaceAll('*/', '* /')}\n*/\n${code}`
}

async function licenceIn(folder) {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'LICENSE-MIT', 'license']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  throw new Error(`${folder} has no licence.`)
}

if (process.argv[1] === import.meta.filename) await bundleWorkers()
