import type { Embedder, Span } from '@voisin/spec'
import { contentWords, findTerms, type Word } from '@voisin/words'

/** Of a library that was not calibrated: what is best on the whole for the built-in model. */
export const USUAL_MEANING = 0.5

/** What of the weight stays for a word that the model does not know: it still compares letters and pieces. */
const UNKNOWN_SHARE = 0.4
/** … and for a number or an identifier, which words find. */
const NAMED_SHARE = 0.1

/**
 * The weight of meaning against words for one question, 0 … 1: the more of it the model knows, the more it has to say.
 *
 * @param meaning The weight where it knows every word, 0 … 1.
 */
export function weightOfMeaning(meaning: number, { share, named }: Pick<KnownWords, 'share' | 'named'>): number {
  return meaning * (share + NAMED_SHARE * named + UNKNOWN_SHARE * (1 - share - named))
}

/** Of a number or an identifier no model knows which it is, whatever it knows of the parts. Words with a hyphen are words. */
const NAME = /\p{N}|[^\p{L}\p{M}'’‐‑&·-]|^-|\p{Ll}\p{Lu}/u
const DIGIT = /\p{N}/u

/** The words of a question that say what it asks, and which of them a model knows. */
export interface KnownWords {
  /** Of all: 0 where there is no word. Numbers and identifiers are known to no model. */
  readonly share: number
  /** The share of numbers and identifiers, 0 … 1. */
  readonly named: number
  /** As they are written. */
  readonly words: readonly string[]
}

/** What a model knows of a question, function words aside, where there are others. Undefined where the embedder cannot tell. */
export async function knownWords(question: string, embedder: Pick<Embedder, 'knows'>): Promise<KnownWords | undefined> {
  if (embedder.knows === undefined) return undefined
  const words = contentWords(question)
  if (words.length === 0) return { share: 0, named: 0, words: [] }
  const isKnown = await embedder.knows(words.map((word) => writtenIn(question, word)))
  const known = words.filter((_, i) => isKnown[i])
  const named = new Uint8Array(question.length)
  for (const whole of findTerms(question).wholes) if (NAME.test(writtenIn(question, whole))) named.fill(1, whole.start, whole.end)
  const isName = ({ text, start }: Word) => DIGIT.test(text) || named[start] === 1
  const share = known.filter((word) => !isName(word)).length / words.length
  return { share, named: words.filter(isName).length / words.length, words: known.map((word) => writtenIn(question, word)) }
}

function writtenIn(text: string, { start, end }: Span): string {
  return text.slice(start, end)
}
