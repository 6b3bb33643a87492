// node bench/quality/make-identifiers.mjs: the data of the sets `identifiers` and `identifiers-dev`, from packages of Debian 12
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chooseIdentifiers, shuffled } from './identifiers/choose.mjs'
import { KINDS } from './identifiers/kinds.mjs'
import { FILE } from './identifiers/serve.mjs'
import { documentsOf } from './identifiers/unpack.mjs'

const LIST = new URL('identifiers/packages.txt', import.meta.url)
const DOWNLOADS = fileURLToPath(new URL('../.cache/packages/', import.meta.url))
const MOST_OF_PACKAGE = 14
const MOST_DOCUMENTS = 800
const MOST_OF_KIND = 100

/** The packages' files, in the order of the list, from where this machine's apt has them; what is here is not asked for again. */
async function download(packages) {
  await mkdir(DOWNLOADS, { recursive: true })
  const startOf = (line) => `${line.replace('=', '_').replaceAll(':', '%3a')}_`
  const fileOf = (files, line) => files.find((file) => file.startsWith(startOf(line)) && file.endsWith('.deb'))
  const before = await readdir(DOWNLOADS)
  const missing = packages.filter((line) => fileOf(before, line) === undefined)
  if (missing.length > 0)
    execFileSync('apt-get', ['download', ...missing], { cwd: DOWNLOADS, stdio: ['ignore', 'ignore', 'inherit'] })
  const files = await readdir(DOWNLOADS)
  return packages.map((line) => join(DOWNLOADS, fileOf(files, line)))
}

async function read(name, file) {
  const folder = await mkdtemp(join(tmpdir(), 'identifiers-'))
  try {
    execFileSync('dpkg-deb', ['-x', file, folder])
    return shuffled(await documentsOf(name, folder), ({ id }) => id).slice(0, MOST_OF_PACKAGE)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const packages = (await readFile(LIST, 'utf8')).split('\n').filter((line) => /^[^#\s]/.test(line))
const files = await download(packages)
// Packages, not documents, are divided: what one program's pages have in common is in one half alone.
const names = packages.map((line) => line.split('=')[0])
const order = shuffled(names, (name) => name)
const halves = { 'identifiers-dev': order.filter((_, i) => i % 2 === 0), identifiers: order.filter((_, i) => i % 2 === 1) }

const sets = {}
for (const [set, half] of Object.entries(halves)) {
  const all = []
  for (const name of half) all.push(...(await read(name, files[names.indexOf(name)])))
  const documents = shuffled(all, ({ id }) => id).slice(0, MOST_DOCUMENTS)
  const identifiers = chooseIdentifiers(documents, MOST_OF_KIND)
  sets[set] = { documents: documents.map(({ id, title, text }) => ({ id, title, text })), identifiers }
  console.log(`${set}: ${documents.length} documents, ${identifiers.length} identifiers`)
  for (const kind of KINDS) console.log(`  ${kind} ${identifiers.filter((each) => each.kind === kind).length}`)
}
await writeFile(FILE, JSON.stringify(sets))
