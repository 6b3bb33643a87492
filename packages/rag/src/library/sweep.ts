import { type LibraryParts, MOST_OPERANDS } from '../stored.ts'

/** Drafts are kept for this long: an ingest in any tab may still be about to complete their document. */
const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * Deletes drafts that nobody has completed: what an ingest that was interrupted has left. They are never shown, but take room.
 * Resolves to how many were deleted.
 *
 * @param options.olderThanMs Only drafts written longer ago than this. @default a day
 */
export async function sweep(
  { collection }: Pick<LibraryParts, 'collection'>,
  { olderThanMs = DAY_MS, signal }: { readonly olderThanMs?: number; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const call = signal ? { signal } : {}
  const newest = Date.now() - olderThanMs
  const hashes = new Map<string, number>()
  for await (const { payload } of collection.scroll({ ...call, filter: { kind: 'draft' }, consistency: 'latest' })) {
    if (payload.kind !== 'draft') continue
    hashes.set(payload.hash, Math.max(hashes.get(payload.hash) ?? 0, payload.storedAt.getTime()))
  }
  // A version whose youngest draft is old: an ingest that goes on keeps all of its own.
  const old = [...hashes].filter(([, storedAt]) => storedAt <= newest).map(([hash]) => hash)
  let deleted = 0
  for (let first = 0; first < old.length; first += MOST_OPERANDS) {
    const filter = { kind: 'draft', hash: { $in: old.slice(first, first + MOST_OPERANDS) } } as const
    deleted += await collection.count(filter, call)
    await collection.delete({ filter }, call)
  }
  return deleted
}
