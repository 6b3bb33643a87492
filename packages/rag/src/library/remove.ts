import { type Filter, InvalidArgumentError, type Metadata } from '@voisin/spec'
import { toDocumentFilter } from '../retrieve/document-filter.ts'
import { type LibraryParts, MOST_OPERANDS, pointsWhere } from '../stored.ts'

/**
 * Deletes documents, by id or by a filter on their metadata, each with all of its chunks; up to 10,000 of them in one atomic write.
 * Resolves to how many were there.
 */
export async function removeDocuments(
  target: readonly string[] | { readonly filter: Filter<Metadata> },
  { collection }: Pick<LibraryParts, 'collection'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  const call = signal ? { signal } : {}
  const ids = Array.isArray(target)
    ? checked(target)
    : await idsOf(toDocumentFilter((target as { readonly filter: Filter<Metadata> }).filter), collection, call)
  let removed = 0
  for (let first = 0; first < ids.length; first += MOST_OPERANDS) {
    const documents = pointsWhere({ documentId: { $in: ids.slice(first, first + MOST_OPERANDS) } })
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

async function idsOf(
  filter: Filter<never>,
  collection: LibraryParts['collection'],
  call: { readonly signal?: AbortSignal },
): Promise<string[]> {
  const ids: string[] = []
  for await (const { payload } of collection.scroll({ ...call, filter, consistency: 'latest' })) ids.push(payload.documentId)
  return ids
}

function checked(ids: readonly unknown[]): string[] {
  return Array.from(ids, (id) => {
    if (typeof id === 'string') return id
    throw new InvalidArgumentError('This is no document’s id.', { expected: 'a string', received: typeof id })
  })
}
