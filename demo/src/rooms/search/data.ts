import type { Passage } from '@voisin/spec'
import type { SearchExplanation } from 'voisin'
import type { Library } from '../library/data.ts'

export type Found = { text: string; passages: readonly Passage[]; ms: number }

/** The passages nearest to a text, by words and by meaning at once, and how long that took. */
export async function search(library: Library, text: string, signal: AbortSignal): Promise<Found> {
  const start = performance.now()
  const passages = await library.search(text, { limit: 12, signal })
  return { text, passages, ms: performance.now() - start }
}

/** How the same search is answered: the way the vectors took and why, and what each part took. */
export async function explain(library: Library, text: string, signal: AbortSignal): Promise<SearchExplanation> {
  return await library.explain(text, { limit: 12, signal })
}

/** A document as it was given, to show a passage where it stands. */
export function document(library: Library, id: string) {
  return library.document(id)
}
