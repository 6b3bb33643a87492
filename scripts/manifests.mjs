// `pnpm manifests` writes addresses.json, whose addresses are placeholders until there are real ones, into every package's manifest and into
// SECURITY.md; with `--check` it only says where that is due.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run.mjs'

const addresses = JSON.parse(readFileSync(new URL('./addresses.json', import.meta.url), 'utf8'))

/** The addresses come after the licence, whatever their place was. */
function withAddresses(manifest, directory) {
  const { homepage, repository, bugs, ...rest } = manifest
  const fields = Object.entries(rest)
  const place = fields.findIndex(([key]) => key === 'license') + 1
  fields.splice(
    place,
    0,
    ['homepage', addresses.homepage.replace('{directory}', directory)],
    ['repository', { type: 'git', url: addresses.repository, directory }],
    ['bugs', { url: addresses.bugs }],
  )
  return Object.fromEntries(fields)
}

const ADDRESS = /(<!-- address -->).*?(<!-- \/address -->)/

/** Each file with what makes its text out of the one it has. */
const texts = [['SECURITY.md', (text) => text.replace(ADDRESS, (_, begin, end) => begin + addresses.security + end)]]
const complaints = []
for (const name of readdirSync(join(ROOT, 'packages'))) {
  const directory = `packages/${name}`
  const file = `${directory}/package.json`
  texts.push([file, (text) => `${JSON.stringify(withAddresses(JSON.parse(text), directory), null, 2)}\n`])
  const { keywords = [] } = JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
  if (keywords.length < 3) complaints.push(`${file}: write three or more "keywords" by which the package is to be found.`)
}

const isCheck = process.argv.includes('--check')
for (const [file, made] of texts) {
  const path = join(ROOT, file)
  const text = readFileSync(path, 'utf8')
  if (text === made(text)) continue
  if (isCheck) complaints.push(`${file} is not what scripts/addresses.json says: run \`pnpm manifests\`.`)
  else writeFileSync(path, made(text))
}

for (const complaint of complaints) console.error(complaint)
process.exit(complaints.length > 0 ? 1 : 0)
