import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { boldOf, isManPage, toMarkdown } from './troff.mjs'

const MAN_PAGE = /^usr\/share\/man\/man\d[a-z]*\/[^/]+\.gz$/
const README = /^usr\/share\/doc\/[^/]+\/README[^/]*$/i
const SHORTEST = 600
const LONGEST = 5_000

/** The documents of an unpacked package: its English manual pages, and what its authors say of it. */
export async function documentsOf(packageName, folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  // A link is the same text under another name.
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
  const documents = []
  for (const file of files.sort()) {
    if (!MAN_PAGE.test(file) && !README.test(file)) continue
    const bytes = await readFile(join(folder, file))
    const source = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    const isReadme = README.test(file)
    // A file that is not UTF-8, or a web page or an archive under the name of a README, is nothing to read here.
    if (source.includes('\ufffd') || source.includes('\0') || (!isReadme && !isManPage(source))) continue
    const name = basename(file, '.gz')
    const body = isReadme ? source.replaceAll('\r', '') : toMarkdown(source)
    const text = body.slice(0, LONGEST).replace(/\S*$/, '').trim()
    if (text.length < SHORTEST) continue
    const names = isReadme
      ? [...source.matchAll(/[`'"]([^`'"\n]+)[`'"]/g)].map(([, quoted]) => quoted).join('\n')
      : boldOf(source)
    documents.push({ id: `${packageName}/${name}`, title: isReadme ? `${packageName} ${name}` : name, text, names })
  }
  return documents
}
