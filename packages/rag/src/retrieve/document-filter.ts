import type { FieldCondition, Filter, Metadata } from '@voisin/spec'
import type { LibraryPayload } from '../stored.ts'

/**
 * A filter on documents as one on their chunks: fields are fields of the document's metadata, `$id` is the document's id.
 * Unknown operators are passed on, so that the collection refuses them as it would any.
 */
export function toChunkFilter(filter: Filter<Metadata>): Filter<LibraryPayload> {
  return { $and: [{ kind: 'chunk' }, translated(filter, 'metadata')] }
}

/** A filter on documents as one on the points of documents; all of them where there is none. */
export function toDocumentFilter(filter: Filter<Metadata> | undefined): Filter<LibraryPayload> {
  const documents: Filter<LibraryPayload> = { kind: 'document' }
  return filter === undefined ? documents : { $and: [documents, translated(filter, 'about')] }
}

function translated(filter: Filter<Metadata>, of: 'metadata' | 'about'): Filter<LibraryPayload> {
  const entries = Object.entries(filter).map(([key, condition]) => {
    if (key === '$and' || key === '$or')
      return [key, (condition as readonly Filter<Metadata>[]).map((each) => translated(each, of))]
    if (key === '$not') return [key, translated(condition as Filter<Metadata>, of)]
    if (key === '$id') return ['documentId', condition]
    return [key.startsWith('$') ? key : `${of}.${key}`, condition as FieldCondition<unknown>]
  })
  return Object.fromEntries(entries) as Filter<LibraryPayload>
}
