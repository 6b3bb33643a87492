import { type ChunkPayload, type LibraryParts, pointsWhere } from '../stored.ts'

/** Chunks that stand for all of a library's. */
const MOST_CHUNKS = 1_000
/** A field that chunks alone have, which no type of all points knows. */
const EMBEDDED = 'embedded' as 'hash'

export interface SampledChunk extends Pick<ChunkPayload, 'documentId' | 'headings' | 'text'> {
  readonly vector: Float32Array
}

/** Chunks of different texts, at most 1,000, the same in every tab: hashes are as good as random. */
export async function sampleChunks(
  { collection }: Pick<LibraryParts, 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<SampledChunk[]> {
  const facets = await collection.facet(EMBEDDED, { kind: 'chunk' }, call)
  const hashes = facets.map(({ value }) => String(value)).sort()
  const sampled = hashes.slice(0, MOST_CHUNKS)
  const found = new Map<string, SampledChunk>()
  const filter = pointsWhere({ kind: 'chunk', embedded: { $in: sampled } })
  for await (const { payload, vector } of collection.scroll({ ...call, filter, withVector: true })) {
    const { embedded, documentId, headings, text } = payload as ChunkPayload
    if (vector !== undefined) found.set(embedded, { documentId, headings, text, vector })
  }
  return sampled.flatMap((hash) => found.get(hash) ?? [])
}
