import { type DocumentPayload, type LibraryParts, pointsWhere } from './stored.ts'

/** Which of these documents have all their chunks and texts: a count says so, whatever their own points claim. */
export async function wholeOf(
  heads: readonly DocumentPayload[],
  { collection }: Pick<LibraryParts, 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<Set<string>> {
  if (heads.length === 0) return new Set()
  const countOf = (hashes: readonly string[]) =>
    collection.count(pointsWhere({ hash: { $in: hashes }, kind: { $in: ['chunk', 'text'] } }), call)
  const partsOf = ({ chunkCount, textCount }: DocumentPayload) => chunkCount + textCount
  const found = await countOf(heads.map(({ hash }) => hash))
  const whole = new Set(heads.map(({ documentId }) => documentId))
  // A version's chunks have ids of its own: no more than all can be there, so a sum says it of each.
  if (found === heads.reduce((sum, head) => sum + partsOf(head), 0)) return whole
  for (const head of heads) {
    if ((await countOf([head.hash])) !== partsOf(head)) whole.delete(head.documentId)
  }
  return whole
}
