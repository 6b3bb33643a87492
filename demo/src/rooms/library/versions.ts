import { type Signal, signal } from '@preact/signals'
import { type AddOptions, add, type Library, type Receipt, read, remove, type Source } from './data.ts'
import { readWhole } from './read-whole.ts'

/** A document's earlier version, and the id under which it is held until someone decides. */
export interface Older {
  readonly id: string
  readonly keptAs: string
}

/** Ids of earlier versions that nobody has decided about: the list does not show them. */
export const setAside: Signal<ReadonlySet<string>> = signal(new Set())

/** A file that was chosen or dropped with its folder is named by its path. */
export function idOf(source: Source): string {
  return source instanceof File ? source.webkitRelativePath || source.name : source.id
}

/**
 * Takes a file in beside what is held under its name, if that has another text. The earlier version is stored under a free id first,
 * and only then replaced, so that both are stored at every moment: a tab that dies in between, or before anyone has decided, leaves
 * one document too many and never one too few. Nothing of it is embedded again.
 */
export async function addBeside(
  library: Library,
  source: Source,
  options: AddOptions = {},
): Promise<{ readonly receipt: Receipt; readonly older?: Older }> {
  const older = await keepOlder(library, source)
  if (older === undefined) return { receipt: await add(library, source, options) }
  try {
    const receipt = await add(library, source, options)
    if (receipt.replaced.length > 0) return { receipt, older }
    await forget(library, [older])
    return { receipt }
  } catch (error) {
    await settle(library, older)
    throw error
  }
}

/** After a stop or a failure: the earlier version is forgotten only where it surely stands under its own id. */
async function settle(library: Library, older: Older): Promise<void> {
  try {
    const [held, kept] = [await read(library, older.id), await read(library, older.keptAs)]
    if (held !== undefined && held.text === kept?.text) await forget(library, [older])
  } catch {
    // The failure that led here says it already.
  } finally {
    show([older])
  }
}

async function keepOlder(library: Library, source: Source): Promise<Older | undefined> {
  const id = idOf(source)
  // The same path in the same folder is the same file, and this its newer version. A bare name may be anyone's.
  if (id.includes('/')) return undefined
  const held = await readWhole(library, id)
  if (held === undefined || held.text === (await textOf(source))) return undefined
  const older = { id, keptAs: await freeId(library, id) }
  setAside.value = new Set([...setAside.value, older.keptAs])
  try {
    const [failed] = (await add(library, { ...held, id: older.keptAs })).failed
    if (failed) throw failed.error
    return older
  } catch (error) {
    show([older])
    throw error
  }
}

/** As voisin will most likely read it. Another encoding makes it another text here: then something is kept in vain for a moment. */
async function textOf(source: Source): Promise<string | undefined> {
  return source instanceof File ? await source.text().catch(() => undefined) : source.text
}

/** `notes (2).md` for `notes.md`. */
async function freeId(library: Library, id: string): Promise<string> {
  const dot = id.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [id.slice(0, dot), id.slice(dot)] : [id, '']
  for (let number = 2; ; number++) {
    const free = `${stem} (${number})${ending}`
    const isHeld = await read(library, free).then(
      (document) => document !== undefined,
      () => true,
    )
    if (!isHeld) return free
  }
}

/** Removes earlier versions that nobody wants any more. */
export async function forget(library: Library, olders: readonly Older[]): Promise<void> {
  try {
    await remove(
      library,
      olders.map(({ keptAs }) => keptAs),
    )
  } finally {
    // What could not be removed is shown: it can be removed like any other.
    show(olders)
  }
}

/** Earlier versions become documents like any other. */
export function show(olders: readonly Older[]): void {
  setAside.value = new Set([...setAside.value].filter((id) => !olders.some(({ keptAs }) => keptAs === id)))
}
