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

/** The words of a question that say what it asks, and which of them a model knows. */
export interface KnownWords {
  /** Of all: 0 where there is no word. */
  readonly share: number
  /** As they are written. */
  readonly words: readonly string[]
}

/** What a model knows of a question, function words aside, where there are others. Undefined where the embedder cannot tell. */
export async function knownWords(question: string, embedder: Pick<Embedder, 'knows'>): Promise<KnownWords | undefined> {
  if (embedder.knows === undefined) return undefined
  const words = contentWords(question).map(({ start, end }) => question.slice(start, end))
  if (words.length === 0) return { share: 0, words: [] }
  const isKnown = await embedder.knows(words)
  const known = words.filter((_, i) => isKnown[i])
  return { share: known.length / words.length, words: known }
}
