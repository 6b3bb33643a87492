import type { FieldCondition, Filter, Metadata } from '@voisin/spec'
import type { ChunkPayload } from '../stored.ts'

/**
 * A filter on documents as one on their chunks: fields are fields of the document's metadata, `$id` is the document's id.
 * Unknown operators are passed on, so that the collection refuses them as it would any.
 */
export function toChunkFilter(filter: Filter<Metadata>): Filter<ChunkPayload> {
  const entries = Object.entries(filter).map(([key, condition]) => {
    if (key === '$and' || key === '$or') return [key, (condition as readonly Filter<Metadata>[]).map(toChunkFilter)]
    if (key === '$not') return [key, toChunkFilter(condition as Filter<Metadata>)]
    if (key === '$id') return ['documentId', condition]
    return [key.startsWith('$') ? key : `metadata.${key}`, condition as FieldCondition<unknown>]
  })
  return Object.fromEntries(entries) as Filter<ChunkPayload>
}
