// Makes one file that imports nothing of each worker (and a module that has the same as text), and of what is little of a large
// package, so that an install brings no more of it. Runs after the compiler, whose output it replaces.
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { oneFile } from './one-file.mjs'
import { ROOT } from './run.mjs'

/** Each worker: its package, and where in that its file and its text are. */
export const WORKERS = [
  { name: 'store', of: 'store', folder: '.' },
  { name: 'embed', of: 'embed', folder: '.' },
  ...['html', 'docx', 'pdf', 'email', 'zip'].map((format) => ({ name: `load-${format}`, of: 'rag', folder: `load/${format}` })),
]
const MODULES = {
  words: ['stemmers', 'simplified'],
  rag: ['sha256', 'load/chardet', 'load/html/tokenizer', 'load/email/postal-mime', 'load/pdf/pdf-js'],
}
/** Everything that is packed as one file. */
export const BUNDLES = new Set([
  ...WORKERS.map(({ of, name, folder }) => join(of, 'dist', folder, `voisin-${name}-worker.js`)),
  ...Object.entries(MODULES).flatMap(([of, files]) => files.map((file) => join(of, 'dist', `${file}.js`))),
])
/** How a bundled file begins. */
export const NOTICES_HEAD = '/*! This file contains:'

/** @param names Of packages, all by default. */
export async function bundleModules(names = [...WORKERS.map(({ of }) => of), ...Object.keys(MODULES)]) {
  for (const worker of WORKERS.filter(({ of }) => names.includes(of))) {
    const folder = join(ROOT, 'packages', worker.of, 'dist', worker.folder)
    const code = await withNotices(await bundleWorker(worker))
    await writeFile(join(folder, `voisin-${worker.name}-worker.js`), code)
    await writeFile(join(folder, 'worker-text.js'), `export default ${JSON.stringify(code)}\n`)
  }
  for (const [name, files] of Object.entries(MODULES).filter(([module]) => names.includes(module))) {
    const folder = join(ROOT, 'packages', name)
    for (const file of files) {
      await writeFile(join(folder, `dist/${file}.js`), await withNotices(await bundle(join(folder, `src/${file}.ts`))))
    }
  }
}

/** A package's worker; its text is started as a script, too, which knows no modules. */
export async function bundleWorker({ name, of, folder }) {
  const chunk = await bundle(join(ROOT, 'packages', of, 'src', folder, `voisin-${name}-worker.ts`))
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
