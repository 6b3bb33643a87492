// Runs in a browser with a profile on disk, as users have: in memory, space comes back otherwise. The harness calls these functions.
import { type Collection, isVoisinError } from '@voisin/spec'
import { deleteCollection, openCollection } from '@voisin/store'
import { storedRecords } from '../../support/stored-records.ts'

type Note = { text: string; draft: boolean }

/** What a call came to, in a form that leaves the page. */
export interface Outcome {
  readonly code?: string | undefined
  readonly dataState?: string | undefined
  readonly retryable?: boolean | undefined
  readonly remedy?: string | undefined
  readonly message?: string
}

declare global {
  var fullDisk: typeof page
}

/** Where writing is faster than folding, the log is all there is. */
const NEVER = { entries: 1e9, bytes: 1e12 }

const opened = new Map<string, Collection<Note>>()
const notices: string[] = []

async function open(database: string, name = 'notes', isFolded = true): Promise<void> {
  const onNotice = ({ kind }: { kind: string }) => void notices.push(kind)
  opened.set(
    name,
    await openCollection<Note>(name, { dim: 3, metric: 'l2', database, onNotice, ...(!isFolded && { checkpointAfter: NEVER }) }),
  )
}

const named = (name = 'notes') => opened.get(name)!

async function close(name = 'notes'): Promise<void> {
  await named(name).close()
}

/** As a tab leaves it that ends in the middle of writing. */
async function leaveMark(database: string): Promise<void> {
  await storedRecords(database).put('meta', ['writing', 1], Uint8Array.of(1))
}

const decoder = new TextDecoder()

/** Text that the browser cannot make smaller: it compresses what it stores. */
function noise(characters: number): string {
  const bytes = new Uint8Array(characters)
  // The browser gives no more at once.
  for (let at = 0; at < characters; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return decoder.decode(bytes.map((byte) => 33 + (byte & 63)))
}

/** `count` points of `characters` each, all of one write. Every other write's are drafts. */
async function write(number: number, count: number, characters: number, name = 'notes'): Promise<Outcome | undefined> {
  const points = Array.from({ length: count }, (_, i) => ({
    id: `${number}-${i}`,
    vector: Float32Array.of(number, i, 1),
    payload: { text: noise(characters), draft: number % 2 === 0 },
  }))
  return await outcomeOf(() => named(name).upsert(points))
}

/** Writes until one is refused; how many were taken, and how the one was refused. */
async function fill(count: number, characters: number, name = 'notes'): Promise<{ taken: number; refusal: Outcome }> {
  for (let taken = 0; taken < 100_000; taken++) {
    const refusal = await write(taken, count, characters, name)
    if (refusal !== undefined) return { taken, refusal }
  }
  throw new Error('The disk is never full.')
}

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!isVoisinError(error)) return { message: String(error) }
    const { code, dataState, retryable, remedy } = error
    return { code, dataState, retryable, remedy }
  }
}

async function deleteDrafts(draft: boolean): Promise<void> {
  await named().delete({ filter: { draft } })
}

async function deleteDraftsById(atOnce: boolean): Promise<void> {
  const ids: (string | number)[] = []
  for await (const { id } of named().scroll({ filter: { draft: true } })) ids.push(id)
  if (atOnce) await named().delete(ids)
  else for (const id of ids) await named().delete([id])
}

const page = {
  leaveMark,
  open,
  close,
  write,
  fill,
  deleteDrafts,
  deleteDraftsById,
  deleteAll: async () => void (await named().delete({ filter: {} })),
  deleteCollection: (database: string, name: string) => deleteCollection(name, { database }),
  vacuum: () => named().vacuum(),
  count: () => named().count(),
  status: () => named().status(),
  notices: () => notices,
  usage: async () => (await navigator.storage.estimate()).usage!,
}

globalThis.fullDisk = page
