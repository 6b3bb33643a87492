import { classOf, type Filter, InvalidArgumentError, isPlainObject, type Metadata } from '@voisin/spec'
import { toDocumentFilter } from '../retrieve/document-filter.ts'
import { type LibraryParts, type LibraryPayload, MOST_OPERANDS, pointsWhere } from '../stored.ts'

/**
 * Deletes documents, by id or by a filter on their metadata, each with all of its chunks; up to 10,000 of them in one atomic write. A
 * document that is replaced meanwhile by one that does not match stays. Resolves to how many were there.
 *
 * @throws {InvalidArgumentError} This names nothing to remove.
 * @throws {InvalidFilterError} The filter is none.
 */
export async function removeDocuments(
  target: readonly string[] | { readonly filter: Filter<Metadata> },
  { collection }: Pick<LibraryParts, 'collection'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  const call = signal ? { signal } : {}
  const wanted = checked(target)
  // What a filter finds is named by its version: metadata are part of the hash.
  const field = Array.isArray(wanted) ? 'documentId' : 'hash'
  const values = Array.isArray(wanted) ? wanted : await hashesOf(toDocumentFilter(wanted.filter), collection, call)
  let removed = 0
  for (let first = 0; first < values.length; first += MOST_OPERANDS) {
    const documents = pointsWhere({ [field]: { $in: values.slice(first, first + MOST_OPERANDS) } })
    removed += await collection.count({ $and: [{ kind: 'document' }, documents] }, { ...call, consistency: 'latest' })
    await collection.delete({ filter: documents }, call)
  }
  return removed
}

/** Deletes all documents, in one atomic write. Resolves to how many there were. */
export async function clearLibrary(
  { collection }: Pick<LibraryParts, 'collection'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  const call = signal ? { signal } : {}
  const count = await collection.count({ kind: 'document' }, { ...call, consistency: 'latest' })
  await collection.delete({ filter: {} }, call)
  return count
}

async function hashesOf(
  filter: Filter<LibraryPayload>,
  collection: LibraryParts['collection'],
  call: { readonly signal?: AbortSignal },
): Promise<string[]> {
  const hashes: string[] = []
  for await (const { payload } of collection.scroll({ ...call, filter, consistency: 'latest' })) hashes.push(payload.hash)
  return hashes
}

/** What is to go: a variable that turned out undefined is a mistake, and no wish for everything. */
function checked(target: unknown): string[] | { readonly filter: Filter<Metadata> } {
  if (Array.isArray(target)) {
    for (const id of target) {
      if (typeof id === 'string') continue
      throw new InvalidArgumentError('This is no document’s id.', { expected: 'a string', received: classOf(id) })
    }
    return target
  }
  if (isPlainObject(target) && Object.keys(target).join() === 'filter' && isPlainObject(target.filter)) {
    return { filter: target.filter as Filter<Metadata> }
  }
  throw new InvalidArgumentError('This names nothing to remove.', {
    expected: 'an id, an array of ids, or { filter }',
    received: isPlainObject(target) ? `an object of ${Object.keys(target).join(', ') || 'nothing'}` : classOf(target),
  })
}
