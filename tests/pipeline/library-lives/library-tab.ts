import { type LibraryParts, type LibraryPayload, libraryFields, type OldDocumentPayload, takeOver } from '@voisin/rag'
import { type Collection, isVoisinError, type Notice } from '@voisin/spec'
import type { World } from '../../../packages/store/src/database/world.ts'
import { openStore } from '../../../packages/store/src/testing/simulation/store-subject.ts'
import type { SubjectOptions, SubjectSession } from '../../../packages/store/src/testing/simulation/subject.ts'
import type { Life } from '../../../packages/store/src/testing/simulation/virtual-time.ts'
import { createFakeEmbedder } from '../../support/fake-embedder.ts'

const DATABASE = 'simulated'
const LIBRARY = 'notes'
export const DIM = 8

/** A tab with a library open. */
export interface LibraryTab {
  readonly name: string
  readonly life: Life
  readonly parts: LibraryParts
  readonly durability: SubjectOptions['durability']
  close(): Promise<void>
}

export interface OpenOptions extends Pick<SubjectOptions, 'durability' | 'checkpointAfter' | 'largeWriteBytes' | 'blockBytes'> {
  readonly onNotice: (notice: Notice) => void
  /** What embedding takes. */
  readonly pause: () => Promise<void>
}

/** Opens a library as `openLibrary` does, over a world that is simulated; one in two collections becomes one. */
export async function openLibraryTab(world: World, life: Life, options: OpenOptions): Promise<LibraryTab> {
  const session = await openStore(world, DATABASE)
  try {
    const { pause, durability } = options
    const embedder = createFakeEmbedder({ dim: DIM, before: pause })
    const collection = await open<LibraryPayload>(session, LIBRARY, DIM, libraryFields, options)
    if (await hasOldDocuments(session)) await move(session, collection, embedder.fingerprint, options)
    return { name: life.name, life, parts: { embedder, collection }, durability, close: () => session.close() }
  } catch (error) {
    await session.close().catch(() => {})
    throw error
  }
}

/** A library as it was when it was two collections. */
export async function openOldLibrary(world: World, options: OpenOptions) {
  const session = await openStore(world, DATABASE)
  const fields = { text: 'text', headings: 'text', documentId: 'keyword' } as const
  const collection = await open<object>(session, LIBRARY, DIM, fields, options)
  const documents = await open<OldDocumentPayload>(session, `${LIBRARY}/documents`, 1, {}, options)
  return { collection, documents, close: () => session.close() }
}

async function open<P extends object>(
  session: SubjectSession,
  name: string,
  dim: number,
  fields: object,
  { pause: _, ...options }: OpenOptions,
): Promise<Collection<P>> {
  const asked = { ...options, dim, metric: 'cosine', fields, goOn: true } as unknown as SubjectOptions
  return (await session.openCollection(name, asked)) as unknown as Collection<P>
}

async function hasOldDocuments(session: SubjectSession): Promise<boolean> {
  const listings = await session.listCollections()
  return listings.some((listing) => typeof listing === 'object' && listing.name === `${LIBRARY}/documents`)
}

async function move(
  session: SubjectSession,
  collection: LibraryParts['collection'],
  fingerprint: string,
  options: OpenOptions,
): Promise<void> {
  try {
    const documents = await open<OldDocumentPayload>(session, `${LIBRARY}/documents`, 1, {}, options)
    await takeOver({ fingerprint, collection, documents })
    await collection.flush()
    await session.deleteCollection(`${LIBRARY}/documents`)
  } catch (error) {
    // Another tab has done it.
    if (!isVoisinError(error) || (await hasOldDocuments(session))) throw error
  }
}
