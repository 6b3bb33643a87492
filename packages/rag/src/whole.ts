import { type DocumentPayload, type LibraryParts, pointsWhere } from './stored.ts'

/** By a version's hash: how many of its chunks and texts are there, whatever its document's own point claims. */
export type PartCounts = ReadonlyMap<unknown, number>

/** @param heads Whose versions are asked for. @default all */
export async function countParts(
  { collection }: Pick<LibraryParts, 'collection'>,
  call: { readonly signal?: AbortSignal },
  heads?: readonly DocumentPayload[],
): Promise<PartCounts> {
  if (heads?.length === 0) return new Map()
  const ofThese = heads && { hash: { $in: heads.map(({ hash }) => hash) } }
  const filter = pointsWhere({ kind: { $in: ['chunk', 'text'] }, ...ofThese })
  return new Map((await collection.facet('hash', filter, call)).map(({ value, count }) => [value, count]))
}

/** A version's chunks have ids of its own: no more than all can be there. */
export function isWhole({ hash, chunkCount, textCount }: DocumentPayload, counts: PartCounts): boolean {
  return counts.get(hash) === chunkCount + textCount
}
