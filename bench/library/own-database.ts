import { type Library, type LibraryOptions, openLibrary } from 'voisin'
import { deleteDatabase } from '../store-engines/delete-database.ts'

/** Opens a library in a database that nobody else has. Each call opens it anew; the one before must be closed. */
export type Open = () => Promise<Library>

/** Lends a database of its own to a library, and deletes it afterwards. */
export async function inOwnDatabase<T>(options: LibraryOptions, live: (open: Open) => Promise<T>): Promise<T> {
  const database = `bench-${crypto.randomUUID()}`
  let opened: Library | undefined
  try {
    return await live(async () => {
      opened = await openLibrary('bench', { ...options, database })
      return opened
    })
  } finally {
    await opened?.close()
    await deleteDatabase(database)
  }
}

/** Adds documents, every one. */
export async function addAll(library: Library, documents: Parameters<Library['add']>[0]): Promise<void> {
  const { failed } = await library.add(documents)
  if (failed.length > 0)
    throw new Error(`${failed.length} documents were not added, the first because: ${failed[0]!.error.message}`)
}
