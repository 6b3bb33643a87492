import type { Library } from 'voisin'
import { longDocuments } from '../data/documents.ts'
import type { SuiteTools } from '../suite.ts'
import { addAll, inOwnDatabase } from './own-database.ts'
import { Timer, type Timing } from './timer.ts'

const CHARACTERS = 100_000
/** Added in one call. */
const AT_ONCE = 20
const LOOKS = 50

/** What it takes to look over a library of so many documents of 100 kB each. */
export async function ofLongDocuments(count: number, tools: SuiteTools): Promise<Timing[]> {
  const timer = new Timer(`${count} documents of 100 kB`, tools)
  const all = longDocuments(count, CHARACTERS)
  await inOwnDatabase({}, async (open) => {
    let library = await open()
    const ofCall = (at: number) => all.slice(at * AT_ONCE, (at + 1) * AT_ONCE)
    await timer.time(`add ${AT_ONCE}`, Math.ceil(count / AT_ONCE), (at) => addAll(library, ofCall(at)))
    await timer.rest()
    await timer.time('documents()', LOOKS, () => library.documents())
    await timer.time('status()', LOOKS, () => library.status())
    // As a page does it: nothing is in memory yet of what is kept from one call to the next.
    const openAgain = async (call: string, look: (opened: Library) => Promise<unknown>) => {
      await library.close()
      await timer.time(`open again, to ${call}`, 1, async () => {
        library = await open()
        await look(library)
      })
    }
    await openAgain('documents()', (opened) => opened.documents())
    await openAgain('status()', (opened) => opened.status())
  })
  return timer.timings
}
