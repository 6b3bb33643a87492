// Makes one file that imports nothing of each worker (and a module that has the same as text), and of what is little of a large
// package, so that an install brings no more of it. Runs after the compiler, whose output it replaces.
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { oneFile } from './one-file.mjs'
import { ROOT } from './run.mjs'

export const WORKERS = ['store', 'embed']
const MODULES = { words: ['stemmers', 'simplified'], rag: ['sha256'] }
/** How a bundled file begins. */
export const NOTICES_HEAD = '/*! This file contains:'

/** @param names Of packages, all by default. */
export async function bundleModules(names = [...WORKERS, ...Object.keys(MODULES)]) {
  for (const name of WORKERS.filter((worker) => names.includes(worker))) {
    const folder = join(ROOT, 'packages', name)
    const code = await withNotices(await bundleWorker(name))
    await writeFile(join(folder, `dist/voisin-${name}-worker.js`), code)
    await writeFile(join(folder, 'dist/worker-text.js'), `export default ${JSON.stringify(code)}\n`)
  }
  for (const [name, files] of Object.entries(MODULES).filter(([module]) => names.includes(module))) {
    const folder = join(ROOT, 'packages', name)
    for (const file of files) {
      await writeFile(join(folder, `dist/${file}.js`), await withNotices(await bundle(join(folder, `src/${file}.ts`))))
    }
  }
}

/** A package's worker; its text is started as a script, too, which knows no modules. */
export async function bundleWorker(name) {
  const chunk = await bundle(join(ROOT, `packages/${name}/src/voisin-${name}-worker.ts`))
  if (/\bimport\b\s*[.({'"]/.test(chunk.code)) throw new Error(`The worker of ${name} asks for other modules.`)
  return chunk
}

const bundle = (input) => oneFile(input, { target: 'es2022', minify: true })

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

// As a package's prepack it makes what is that package's.
if (process.argv[1] === import.meta.filename) await bundleModules([basename(process.cwd())])
