import { InvalidArgumentError, type Metadata } from '@voisin/spec'
import { listCollections } from '@voisin/store'
import { lateOpening } from './late-opening.ts'
import type { Library, LibraryOptions } from './library.ts'

/**
 * Opens a library, created on first use: the built-in model, IndexedDB, search by words and by meaning, all work off the main thread.
 * Reopened, it answers as it did. One that an earlier version has kept in two collections becomes one; that can be interrupted.
 *
 * @typeParam M What your documents' metadata are. @default anything
 * @param name 1 to 512 characters; each name is a library of its own.
 * @throws {ConflictError} There is a collection of this name that is no library.
 * @throws {DeadlineError} Another tab has been bringing it over from two collections for two minutes.
 * @throws {ModelMismatchError} The library keeps the vectors of another embedder.
 * @throws {ModelLoadError | StorageError | WorkerError} A part could not be opened; what is stored is intact.
 * @throws {UnsupportedError} The rest of voisin could not be loaded.
 */
export async function openLibrary<M extends object = Metadata>(
  name: string,
  options: LibraryOptions<NoInfer<M>> = {},
): Promise<Library<M>> {
  if (typeof name !== 'string' || name === '') {
    throw new InvalidArgumentError('A library needs a name.', { expected: 'a string', received: String(name) })
  }
  const { signal, database, durability } = options
  signal?.throwIfAborted()
  const list = async () => (durability === 'memory' ? [] : await listCollections(database === undefined ? {} : { database }))
  // Listed while the rest is loaded: the first thing that has to be known.
  const [{ open }, listings] = await Promise.all([lateOpening.load(), list()])
  return (await open(name, options as LibraryOptions, listings)) as unknown as Library<M>
}
