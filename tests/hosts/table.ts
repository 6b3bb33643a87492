import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HOSTS } from './hosts.ts'
import { ROOT } from './pack.ts'

const PLACE = /(?<=<!-- hosts -->\n)[\s\S]*(?=<!-- \/hosts -->)/

/** Writes into the README what works with what. @param worked By the host's name. */
export async function writeTable(worked: ReadonlyMap<string, boolean>): Promise<void> {
  const rows = [...worked].map(([name, works]) => {
    const { title, setting = 'nothing' } = HOSTS[name]!
    return `| ${title} | ${works ? 'yes' : '**no**'} | ${setting} |`
  })
  const table = ['| | works | what it has to be told |', '|---|---|---|', ...rows].join('\n')
  const path = join(ROOT, 'README.md')
  const readme = await readFile(path, 'utf8')
  if (!PLACE.test(readme)) throw new Error('The README has lost its table of hosts.')
  await writeFile(path, readme.replace(PLACE, `\n${table}\n\n`))
}
