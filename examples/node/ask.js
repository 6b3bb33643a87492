// npm install && node ask.js "Why does dough rise?" [folder]: answers from a folder's text files, and says where it is written.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openLibrary } from 'voisin'

const [question = 'Why does dough rise?', folder = join(import.meta.dirname, 'notes')] = process.argv.slice(2)
const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(md|txt)$/.test(name))
const documents = names.map(async (id) => ({ id, text: await readFile(join(folder, id), 'utf8') }))

const library = await openLibrary('notes', { durability: 'memory' })
const { failed } = await library.add(await Promise.all(documents))
for (const { id, error } of failed) console.error(`${id}: ${error.message}`)

const { kind, text, citations } = await library.ask(question)
console.log(text)
for (const { number, documentId, start } of citations) {
  const { text } = await library.document(documentId)
  console.log(`[${number}] ${documentId}, line ${text.slice(0, start).split('\n').length}`)
}
await library.close()
process.exitCode = kind === 'found' ? 0 : 1
