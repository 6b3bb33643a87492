import { type FieldCondition, type Filter, isPlainObject, type Metadata } from '@voisin/spec'
import type { LibraryPayload } from '../stored.ts'

/**
 * A filter on documents as one on their chunks: fields are fields of the document's metadata, `$id` is the document's id.
 * What is no filter is passed on, so that the collection refuses it as it would any.
 */
export function toChunkFilter(filter: Filter<Metadata>): Filter<LibraryPayload> {
  return { $and: [{ kind: 'chunk' }, translated(filter, 'metadata')] }
}

/** A filter on documents as one on the points of documents; all of them where there is none. */
export function toDocumentFilter(filter: Filter<Metadata> | undefined): Filter<LibraryPayload> {
  const documents: Filter<LibraryPayload> = { kind: 'document' }
  return filter === undefined ? documents : { $and: [documents, translated(filter, 'about')] }
}

const ID_OPERATORS = new Set(['$eq', '$ne', '$in', '$nin'])

function translated(filter: Filter<Metadata>, of: 'metadata' | 'about'): Filter<LibraryPayload> {
  // As every filter's type is a plain object's, whatever else it is the collection says.
  if (!isPlainObject(filter)) return filter
  const entries = Object.entries(filter).map(([key, condition]) => {
    if (key === '$and' || key === '$or') {
      return [key, Array.isArray(condition) ? condition.map((each) => translated(each as Filter<Metadata>, of)) : condition]
    }
    if (key === '$not') return [key, translated(condition as Filter<Metadata>, of)]
    if (key === '$id') return [isOnIds(condition) ? 'documentId' : key, condition]
    return [key.startsWith('$') ? key : `${of}.${key}`, condition as FieldCondition<unknown>]
  })
  return Object.fromEntries(entries) as Filter<LibraryPayload>
}

/** Whether a collection would take it for a condition on ids. */
function isOnIds(condition: unknown): boolean {
  if (typeof condition === 'string') return true
  if (!isPlainObject(condition)) return false
  const operators = Object.keys(condition)
  return operators.length > 0 && operators.every((operator) => ID_OPERATORS.has(operator))
}
