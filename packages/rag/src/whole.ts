import { type DocumentPayload, type LibraryParts, pointsWhere } from './stored.ts'

/** Which of these documents have all their chunks and texts: a count says so, whatever their own points claim. */
export async function wholeOf(
  heads: readonly DocumentPayload[],
  { collection }: Pick<LibraryParts, 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<Set<string>> {
  if (heads.length === 0) return new Set()
  const filter = pointsWhere({ hash: { $in: heads.map(({ hash }) => hash) }, kind: { $in: ['chunk', 'text'] } })
  // A version's chunks have ids of its own: no more than all can be there, so a sum says it of each.
  const found = await collection.count(filter, call)
  const isRight = found === heads.reduce((sum, head) => sum + partsOf(head), 0)
  const facets = isRight ? [] : await collection.facet('hash', filter, call)
  const counts = new Map<unknown, number>(facets.map(({ value, count }) => [value, count]))
  const whole = heads.filter((head) => isRight || counts.get(head.hash) === partsOf(head))
  return new Set(whole.map(({ documentId }) => documentId))
}

function partsOf({ chunkCount, textCount }: DocumentPayload): number {
  return chunkCount + textCount
}
