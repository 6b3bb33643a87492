import { longDocuments } from '../data/documents.ts'
import type { SuiteTools } from '../suite.ts'
import { addAll, inOwnDatabase } from './own-database.ts'
import { Timer, type Timing } from './timer.ts'

const CHARACTERS = 100_000
/** Added in one call. */
const AT_ONCE = 20
const LOOKS = 5

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
    const openAgain = async () => {
      await library.close()
      await timer.time('open again', 1, async () => {
        library = await open()
      })
    }
    // As a page finds it: nothing is in memory yet of what is kept from one call to the next.
    await openAgain()
    await timer.time('documents(), just opened', 1, () => library.documents())
    await openAgain()
    await timer.time('status(), just opened', 1, () => library.status())
  })
  return timer.timings
}
