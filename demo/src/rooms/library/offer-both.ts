import { plain } from '../../format.ts'
import { words } from '../../i18n/index.ts'
import { changed, whenOpen } from '../../library.ts'
import { make, tell } from '../../offers.ts'
import { attempt } from './attempt.ts'
import { add, read } from './data.ts'
import { forget, type Older, show } from './versions.ts'

/** What is being offered, oldest first: an offer that comes while another is open is about both. */
let pending: readonly Older[] = []

/** Says what was replaced. Unless someone decides otherwise, the earlier versions go when the offer does. */
export function offerBoth(olders: readonly Older[]): void {
  if (olders.length === 0) return
  pending = [...pending, ...olders]
  const replaced = pending
  const decide = (act: (replaced: readonly Older[]) => Promise<void>) => async () => {
    pending = []
    // Where it failed, the earlier versions are still there; they must be seen then.
    if (!(await attempt(() => act(replaced)))) show(replaced)
  }
  make({
    kind: 'replaced',
    text: () => {
      const { offers } = words.value
      return replaced.length === 1 ? offers.replaced(replaced[0]!.id) : offers.replacedMany(plain(replaced.length))
    },
    choices: [
      { label: () => words.value.offers.keepBoth, take: decide(keepBoth) },
      { label: () => words.value.offers.undo, take: decide(goBack), isUndo: true },
    ],
    onPass: decide(letGo),
  })
}

async function keepBoth(olders: readonly Older[]): Promise<void> {
  show(olders)
  tell(() => {
    const { offers } = words.value
    return olders.length === 1 ? offers.kept(olders[0]!.keptAs) : offers.keptMany(plain(olders.length))
  })
  await changed()
}

async function goBack(olders: readonly Older[]): Promise<void> {
  const library = await whenOpen()
  // Newest first: of a name that was replaced twice, the version that was there before both is the one that remains.
  for (const { id, keptAs } of olders.toReversed()) {
    const older = await read(library, keptAs)
    const [failed] = older ? (await add(library, { ...older, id })).failed : []
    if (failed) throw failed.error
  }
  await forget(library, olders)
  const names = new Set(olders.map(({ id }) => id))
  tell(() => {
    const { offers } = words.value
    return names.size === 1 ? offers.asBefore(olders[0]!.id) : offers.asBeforeMany(plain(names.size))
  })
  await changed()
}

async function letGo(olders: readonly Older[]): Promise<void> {
  await forget(await whenOpen(), olders)
  await changed()
}
