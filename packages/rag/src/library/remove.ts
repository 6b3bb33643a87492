import { classOf, type Filter, InvalidArgumentError, isPlainObject, type Metadata } from '@voisin/spec'
import { toDocumentFilter } from '../retrieve/document-filter.ts'
import { type LibraryParts, MOST_OPERANDS, pointsWhere } from '../stored.ts'

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
  const { ids, filter } = checked(target)
  let removed = 0
  if (ids !== undefined) {
    for (let first = 0; first < ids.length; first += MOST_OPERANDS) {
      const documents = pointsWhere({ documentId: { $in: ids.slice(first, first + MOST_OPERANDS) } })
      removed += await collection.count({ $and: [{ kind: 'document' }, documents] }, { ...call, consistency: 'latest' })
      await collection.delete({ filter: documents }, call)
    }
    return removed
  }
  // Metadata are part of a version's hash.
  const hashes: string[] = []
  const scroll = collection.scroll({ ...call, filter: toDocumentFilter(filter), consistency: 'latest' })
  for await (const { payload } of scroll) hashes.push(payload.hash)
  for (let first = 0; first < hashes.length; first += MOST_OPERANDS) {
    const documents = pointsWhere({ hash: { $in: hashes.slice(first, first + MOST_OPERANDS) } })
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

/** What is to go: a variable that turned out undefined is a mistake, and no wish for everything. */
function checked(
  target: unknown,
):
  | { readonly ids: readonly string[]; readonly filter?: undefined }
  | { readonly ids?: undefined; readonly filter: Filter<Metadata> } {
  if (Array.isArray(target)) {
    for (const id of target) {
      if (typeof id === 'string') continue
      throw new InvalidArgumentError('This is no document’s id.', { expected: 'a string', received: classOf(id) })
    }
    return { ids: target }
  }
  if (isPlainObject(target) && Object.keys(target).join() === 'filter' && isPlainObject(target.filter)) {
    return { filter: target.filter as Filter<Metadata> }
  }
  throw new InvalidArgumentError('This names nothing to remove.', {
    expected: 'an id, an array of ids, or { filter }',
    received: isPlainObject(target) ? `an object of ${Object.keys(target).join(', ') || 'nothing'}` : classOf(target),
  })
}
