import {
  ingest,
  type LibraryParts,
  type LibraryPayload,
  libraryFields,
  listDocuments,
  type OldDocumentPayload,
  readDocument,
  takeOver,
} from '@voisin/rag'
import { type Chunker, type Collection, DeadlineError, type LongCallOptions } from '@voisin/spec'
import { type CollectionListing, deleteCollection, listCollections, openCollection, type WorkerLike } from '@voisin/store'
import { baseOf, isOldDocuments } from './listing.ts'

interface KeptOptions extends LongCallOptions {
  readonly worker?: boolean | (() => WorkerLike)
  readonly database?: string
}

/** Brings the documents of a library of an earlier version over to their chunks, and makes whole what can be. */
export async function takeOverDocuments(
  name: string,
  parts: LibraryParts & { readonly chunker: Chunker },
  kept: KeptOptions,
): Promise<void> {
  await alone(kept, async () => {
    const old = await findOld(name, kept)
    if (old !== undefined) await move(old, parts.embedder.fingerprint, parts.collection, kept, () => makeWhole(parts, kept))
  })
}

/** A library is to get the name of the collection of another one's documents: these move to where they belong. */
export async function makeRoom(name: string, kept: KeptOptions): Promise<void> {
  await alone(kept, async () => {
    const old = await findOld(name, kept)
    if (old === undefined) return
    const { dim, metric, model, fields } = old.base
    const schema = { dim: dim!, metric: metric!, ...(model !== undefined && { model }), fields: { ...fields, ...libraryFields } }
    const collection = await openCollection<LibraryPayload>(old.base.name, { ...kept, ...schema })
    try {
      await move(old, model ?? '', collection, kept, async () => {})
    } finally {
      await collection.close()
    }
  })
}

interface OldLibrary {
  readonly name: string
  readonly base: CollectionListing
}

async function findOld(name: string, { database }: KeptOptions): Promise<OldLibrary | undefined> {
  const listings = await listCollections(database === undefined ? {} : { database })
  const listed = listings.find((listing) => listing.name === name)
  if (listed === undefined || !isOldDocuments(listed, listings)) return undefined
  return { name, base: listings.find((listing) => listing.name === baseOf(name))! }
}

async function move(
  { name, base }: OldLibrary,
  fingerprint: string,
  collection: LibraryParts['collection'],
  kept: KeptOptions,
  mend: () => Promise<void>,
): Promise<void> {
  const { database, signal, onProgress } = kept
  const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
  const documents = await openCollection<OldDocumentPayload>(name, { ...kept, dim: 1 })
  try {
    // One that anybody may have made, and that only looks like it.
    if (!(await isOurs(documents, base))) return
    await takeOver({ fingerprint, collection, documents }, call)
    await mend()
    await collection.flush()
    await deleteCollection(name, database === undefined ? {} : { database })
  } finally {
    await documents.close()
  }
}

/** Whether a collection holds what an earlier version wrote there, and nothing else; of an empty one its library says it. */
async function isOurs(documents: Collection<OldDocumentPayload>, { fields }: CollectionListing): Promise<boolean> {
  const [all, ours] = [await documents.count(), await documents.count({ kind: { $in: ['document', 'text'] } })]
  return all === ours && (all > 0 || fields?.kind === undefined)
}

/** Adds again what is not whole, as far as its text is there. */
async function makeWhole(
  { chunker, ...parts }: LibraryParts & { readonly chunker: Chunker },
  { signal }: KeptOptions,
): Promise<void> {
  const call = signal ? { signal } : {}
  for await (const { id, isWhole } of listDocuments(parts, call)) {
    if (isWhole) continue
    const document = await readDocument(id, parts, call).catch(() => undefined)
    if (document === undefined) continue
    const steps = ingest(document, { ...parts, chunker, ...call })
    while (!(await steps.next()).done);
  }
}

/** How long another tab may take, which may be frozen. */
const LONGEST_MS = 120_000

/** One tab at a time: what one deletes by name another may have made anew by then. */
async function alone(kept: KeptOptions, work: () => Promise<void>): Promise<void> {
  const locks = globalThis.navigator?.locks as LockManager | undefined
  // Where there are none (pages without a secure context) tabs that do it at once are in each other's way, and one may have to open again.
  if (locks === undefined) return await work()
  const { signal, database = 'voisin' } = kept
  const deadline = AbortSignal.timeout(LONGEST_MS)
  const waiting = signal ? AbortSignal.any([signal, deadline]) : deadline
  let hasBegun = false
  try {
    await locks.request(`voisin/take-over/${database}`, { signal: waiting }, async () => {
      hasBegun = true
      await work()
    })
  } catch (error) {
    if (hasBegun || signal?.aborted || !deadline.aborted) throw error
    throw new DeadlineError('Another tab has been bringing a library over for too long.', {
      expected: `at most ${LONGEST_MS / 1_000} s`,
      remedy: 'Close other tabs of this site, or reload them, and open it again.',
      dataState: 'intact',
      cause: error,
    })
  }
}
