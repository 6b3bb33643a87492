import type { Library } from 'voisin'
import { documents, type MadeUpDocument } from '../data/documents.ts'
import type { SuiteTools } from '../suite.ts'
import { countEmbedded, handbook } from './handbook.ts'
import { addAll, inOwnDatabase } from './own-database.ts'
import { Timer, type Timing } from './timer.ts'

const SECTIONS = 6
const AGAIN = 3
const CHANGES = 10
const LOOKS = 20
const REMOVED_SINGLY = 20
const PASSES = 5
const OPENINGS = 3

const QUESTIONS = [
  'Who repairs the old bridge?',
  'What does a bakery sell before noon?',
  'the price of bread',
  'When did the last train follow the river?',
  'Why does the committee refuse a tax form?',
  'Which letter describes a map of the valley?',
  'lobakebami and tenramilo',
  'three hundred books for the neighbours in the year 1908',
]

/** The life of a library of many short documents: so many chunks in all, a few to each. */
export async function manyDocuments(chunks: number, tools: SuiteTools): Promise<Timing[]> {
  const all = documents(Math.ceil(chunks / SECTIONS), SECTIONS)
  const timer = new Timer(`${(all.length * SECTIONS).toLocaleString('en')} chunks`, tools)
  // Made before, like all documents: making them is nobody's cost.
  const sectionChanged = Array.from({ length: CHANGES }, (_, i) => handbook(i + 1))
  const metadataChanged = Array.from({ length: CHANGES }, (_, i) => handbook(CHANGES, i + 1))
  const embedded = await countEmbedded()
  await inOwnDatabase({}, async (open) => {
    let library = await open()
    await timer.time('add all', 1, () => addAll(library, all))
    await has(library, all.length, all.length * SECTIONS)
    await timer.rest()
    await timer.time('add all again, unchanged', AGAIN, () => addAll(library, all))
    await addAll(library, handbook(0))
    await timer.rest()
    const add = (document: MadeUpDocument) => addAll(library, document)
    await timer.time('add 1 of 50 sections, one changed', CHANGES, (at) => add(sectionChanged[at]!), embedded.section)
    await timer.rest()
    await timer.time('add 1 of 50 sections, metadata changed', CHANGES, (at) => add(metadataChanged[at]!), embedded.metadata)
    await timer.rest()
    await timer.time('documents()', LOOKS, () => library.documents())
    await timer.time('status()', LOOKS, () => library.status())

    const ask = (at: number) => library.search(QUESTIONS[at % QUESTIONS.length]!)
    for (const at of QUESTIONS.keys()) await ask(at)
    await timer.rest()
    await timer.time('search', PASSES * QUESTIONS.length, ask)
    for (let opening = 0; opening < OPENINGS; opening++) {
      await library.close()
      await timer.time('open again, to the first answer', 1, async () => {
        library = await open()
        await ask(opening)
      })
      await timer.rest()
    }

    const ids = all.map(({ id }) => id)
    const half = ids.splice(0, ids.length >> 1)
    await timer.time('remove(id)', REMOVED_SINGLY, (at) => library.remove(ids[at]!))
    await timer.rest()
    await timer.time('remove half (earlier: one by one)', 1, () => removeAll(library, half))
    // The handbook is there as well.
    const left = ids.length - REMOVED_SINGLY
    await has(library, left + 1, left * SECTIONS + handbook(0).text.match(/^## /gm)!.length)
  })
  return timer.timings
}

/** In one call where the library can, as every one can that can be cleared. */
async function removeAll(library: Library, ids: readonly string[]): Promise<void> {
  if ('clear' in library) await library.remove(ids)
  else for (const id of ids) await (library as Library).remove(id)
}

async function has(library: Library, expectedDocuments: number, expectedChunks: number): Promise<void> {
  const { documents, chunks } = await library.status()
  if (documents === expectedDocuments && chunks === expectedChunks) return
  throw new Error(`There are ${documents} documents of ${chunks} chunks, not ${expectedDocuments} of ${expectedChunks}.`)
}
