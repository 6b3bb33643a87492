import { type DocumentPayload, type LibraryParts, pointsWhere } from './stored.ts'

/** Which of these documents have all their chunks and texts: a count says so, whatever their own points claim. */
export async function wholeOf(
  heads: readonly DocumentPayload[],
  { collection }: Pick<LibraryParts, 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<Set<string>> {
  if (heads.length === 0) return new Set()
  const hashes = heads.map(({ hash }) => hash)
  const found = await collection.count(pointsWhere({ hash: { $in: hashes }, kind: { $in: ['chunk', 'text'] } }), call)
  // A version's chunks have ids of its own: no more than all can be there, so a sum says it of each.
  if (found === heads.reduce((sum, { chunkCount, textCount }) => sum + chunkCount + textCount, 0))
    return new Set(heads.map(({ documentId }) => documentId))
  if (heads.length === 1) return new Set()
  // Halves, and halves of halves, show which are not.
  const half = heads.length >> 1
  const first = await wholeOf(heads.slice(0, half), { collection }, call)
  return new Set([...first, ...(await wholeOf(heads.slice(half), { collection }, call))])
}
