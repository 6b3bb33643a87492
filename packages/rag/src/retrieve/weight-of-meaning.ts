import type { Embedder } from '@voisin/spec'
import { contentWords } from '@voisin/words'

/** Of a library that was not calibrated: what is best on the whole for the built-in model. */
export const USUAL_MEANING = 0.5

/** What of the weight stays where the model knows no word of a question: it still compares their letters and pieces. */
const UNKNOWN_SHARE = 0.4

/**
 * The weight of meaning against words for one question, 0 … 1: the more of it the model knows, the more it has to say.
 *
 * @param meaning The weight where it knows every word, 0 … 1.
 * @param known The share of the question's words that it knows, 0 … 1.
 */
export function weightOfMeaning(meaning: number, known: number): number {
  return meaning * (UNKNOWN_SHARE + (1 - UNKNOWN_SHARE) * known)
}

/**
 * The share of a question's words that a model knows, function words aside, where there are others; 0 where there is no word. Undefined where
 * the embedder cannot tell.
 */
export async function knownShare(question: string, embedder: Pick<Embedder, 'knows'>): Promise<number | undefined> {
  if (embedder.knows === undefined) return undefined
  const words = contentWords(question).map(({ start, end }) => question.slice(start, end))
  if (words.length === 0) return 0
  const known = await embedder.knows(words)
  return known.filter(Boolean).length / words.length
}
