import type { Notice } from '@voisin/spec'
import { type CatalogEntry, createInCatalog, listCatalog, putInCatalog } from '../database/catalog.ts'
import type { CollectionRecord, FullSchema } from '../database/collection-record.ts'
import type { Storage } from '../database/storage.ts'
import type { Testimony } from '../database/witness.ts'
import type { World } from '../database/world.ts'
import { catalogUnreadable, nothingKnown, tooNew } from './catalog-errors.ts'
import { findOrphan } from './find-orphan.ts'

/** What is remembered outside of the database of a collection of this name. */
interface Memories {
  readonly remembered: Promise<Testimony | undefined>
  again(): Promise<Testimony | undefined>
}

/** The record of a collection: the catalog's, else what its data say it is, else a new one. `isLost`: it is remembered, and was not there. */
export async function findOrCreate(
  storage: Storage,
  { clock, randomNumber }: Pick<World, 'clock' | 'randomNumber'>,
  name: string,
  schema: FullSchema,
  { remembered, again }: Memories,
  onNotice: (notice: Notice) => void,
): Promise<{ record: CollectionRecord; isLost: boolean }> {
  const [found] = await listCatalog(storage, clock, name)
  if (found !== undefined) return { record: await mended(storage, found, schema), isLost: false }
  // Anew: another tab may have deleted it since the first look.
  const testimony = (await remembered) && (await again())
  const orphan = await findOrphan(storage, name, schema, testimony?.number)
  if (orphan !== undefined) {
    await putRecord(storage, orphan)
    onNotice({ kind: 'data-loss', message: `The record of the collection "${name}" was gone; it was found again by its data.` })
    return { record: orphan, isLost: false }
  }
  const created = await createInCatalog(storage, name, randomNumber(), schema)
  return { record: await mended(storage, created, schema), isLost: testimony !== undefined }
}

/** The record of a collection, both copies made whole. */
async function mended(
  storage: Storage,
  { name, number, record, needsMending, isReadFailing, isNewer }: CatalogEntry,
  schema: FullSchema,
): Promise<CollectionRecord> {
  if (isNewer) throw tooNew(name)
  // A read that fails is no reason to take what was asked for instead.
  const whole = record ?? (await findOrphan(storage, name, isReadFailing ? undefined : schema, number))
  if (whole === undefined) throw isReadFailing ? catalogUnreadable(name) : nothingKnown(name)
  if (needsMending) await putRecord(storage, whole)
  return whole
}

async function putRecord(storage: Storage, record: CollectionRecord): Promise<void> {
  await storage.write(['catalog'], 'strict', (transaction) => putInCatalog(transaction, record))
}
