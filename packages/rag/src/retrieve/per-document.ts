import { InvalidArgumentError, type Query } from '@voisin/spec'
import type { LibraryPayload } from '../stored.ts'
import type { SearchOptions } from './search.ts'

type ListOptions = Pick<SearchOptions, 'groupBy' | 'perDocument' | 'mmr'>

/**
 * A query whose list is as a search wants it.
 *
 * @param factor How many times as many passages are looked for as are wanted: that many times as many of each document may be there.
 * @throws {InvalidArgumentError} There is no such group, or `perDocument` is out of its range.
 */
export function asListed(query: Query<LibraryPayload>, options: ListOptions, factor = 1): Query<LibraryPayload> {
  const { mmr } = options
  const most = mostPerDocument(options)
  return {
    ...query,
    ...(mmr !== undefined && { mmr }),
    // Drafts would be counted among a passage's others.
    ...(most !== undefined && {
      filter: query.filter ?? { kind: 'chunk' },
      groupBy: 'documentId',
      groupSize: Math.floor(most * factor),
    }),
  }
}

/** The best of each document, as many as are wanted of it. @param ranked Best first. */
export function bestOfEach<Found extends { readonly document: { readonly id: string } }>(
  ranked: readonly Found[],
  options: ListOptions,
): Found[] {
  const most = mostPerDocument(options) ?? Number.POSITIVE_INFINITY
  const counts = new Map<string, number>()
  return ranked.filter(({ document: { id } }) => {
    const count = (counts.get(id) ?? 0) + 1
    counts.set(id, count)
    return count <= most
  })
}

/** Undefined where documents are not told apart. */
function mostPerDocument({ groupBy, perDocument }: ListOptions): number | undefined {
  if (groupBy !== undefined && groupBy !== 'document') {
    throw new InvalidArgumentError('Passages have no such groups.', { expected: "'document'", received: String(groupBy) })
  }
  if (perDocument === undefined) return groupBy === undefined ? undefined : 1
  if (Number.isInteger(perDocument) && perDocument >= 1 && perDocument <= 1_000) return perDocument
  throw new InvalidArgumentError('perDocument is out of its range.', {
    expected: 'an integer from 1 to 1,000',
    received: String(perDocument),
  })
}
