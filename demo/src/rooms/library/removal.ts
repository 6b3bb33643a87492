import { type Signal, signal } from '@preact/signals'
import type { Document } from 'voisin'
import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { changed, documents, titleOf, whenOpen } from '../../library.ts'
import { type Finder, make, tell } from '../../offers.ts'
import { go, place } from '../../route.ts'
import { attempt } from './attempt.ts'
import { type Library, type Listed, remove } from './data.ts'
import { dismiss, job, takeIn } from './ingest.ts'
import { offerBoth } from './offer-both.ts'
import { readWhole } from './read-whole.ts'
import { addBeside } from './versions.ts'

export const isRemoving: Signal<boolean> = signal(false)

let last: Promise<void> = Promise.resolve()

/** Removes documents without asking, and offers to put back exactly those, as they were added. One removal after the other. */
export function takeOut(listed: readonly Listed[], focusAfter: Finder = () => null): Promise<void> {
  isRemoving.value = true
  const mine = last
    .then(() => attempt(() => takeOutNow(listed, focusAfter)))
    .then(() => {
      if (last === mine) isRemoving.value = false
    })
  last = mine
  return mine
}

async function takeOutNow(asked: readonly Listed[], focusAfter: Finder): Promise<void> {
  const held = new Set(documents.value?.map(({ id }) => id))
  // Asked for twice, it is gone by now; the offer to put it back stays.
  const listed = asked.filter(({ id }) => held.has(id))
  if (listed.length === 0) return
  const library = await whenOpen()
  const taken = await readAll(library, listed)
  // By their ids: what another tab adds at this moment could not be put back, so it stays.
  await remove(
    library,
    listed.map(({ id }) => id),
  )
  offerBack(listed, taken, focusAfter)
  if (listed.some(({ id }) => place.value.open === id)) go({ open: undefined, span: undefined }, 'replace')
  await changed()
  if (documents.value?.length === 0 && job.value?.state === 'finished') dismiss()
}

/** How many documents are read at once. */
const GROUP = 32

async function readAll(library: Library, listed: readonly Listed[]): Promise<Document[]> {
  const all: Document[] = []
  for (let first = 0; first < listed.length; first += GROUP) {
    const group = listed.slice(first, first + GROUP)
    const texts = await Promise.all(group.map(({ id }) => readWhole(library, id)))
    all.push(...texts.filter((document) => document !== undefined))
  }
  return all
}

function offerBack(listed: readonly Listed[], taken: readonly Document[], focusAfter: Finder): void {
  const lost = listed.length - taken.length
  make({
    kind: 'removed',
    text: () => {
      const { offers } = words.value
      const isOne = listed.length === 1
      const said = isOne ? offers.removed(titleOf(listed[0]!)) : offers.removedMany(plain(listed.length))
      if (lost === 0) return said
      return `${said} ${isOne ? offers.lostIt : offers.lost(lost, plain(lost))}`
    },
    choices:
      taken.length === 0 ? [] : [{ label: () => words.value.offers.undo, take: () => void putBack(taken, again), isUndo: true }],
    focusAfter,
  })
  function again() {
    offerBack(listed, taken, () => null)
  }
}

/** One is back in a moment; many take their time, which the room shows as it does for files. */
async function putBack(taken: readonly Document[], offerAgain: () => void): Promise<void> {
  const [document] = taken
  if (taken.length > 1 || document === undefined) return takeIn(taken, 'back')
  const isDone = await attempt(async () => {
    const { receipt, older } = await addBeside(await whenOpen(), document)
    const [failed] = receipt.failed
    if (failed) throw failed.error
    tell(() => words.value.offers.back(titleOf(document)))
    if (older) offerBoth([older])
    await changed()
  })
  if (!isDone) offerAgain()
}
