import type { Passage } from '@voisin/spec'
import { contentOf, findTerms, type Term } from '@voisin/words'

/** A word of a question that says what it asks. */
export interface AskedWord {
  /** Folded. */
  readonly text: string
  /** As it is written. */
  readonly written: string
  /** How much it counts beside an ordinary word. */
  readonly weight: number
  /** Names and numbers have no synonyms: another one is another thing. */
  readonly isName: boolean
}

const VERSION = /^v?\p{N}+(?:\.\p{N}+)+/u
const VERSION_WEIGHT = 8
const NAME_WEIGHT = 2

/**
 * The words that say what is asked, each once. A number of several parts is one thing: version 14.3 is not 3.14.
 * @param passages They show whether their language has capitals for all nouns, as German: then these tell no names.
 */
export function readQuestion(question: string, passages: readonly Passage[]): AskedWord[] {
  const { words, wholes } = findTerms(question)
  const numbers = wholes.filter(({ text }) => /\p{N}/u.test(text))
  const content = new Set(contentOf(words))
  // A letter that is a name: class C.
  const isLetter = ({ start, end }: Term) => start > 0 && end === start + 1 && /^(?!I)\p{Lu}$/u.test(question.slice(start, end))
  const others = words
    .filter((word) => content.has(word) || isLetter(word))
    .filter(({ start, end }) => !numbers.some((whole) => whole.start <= start && end <= whole.end))
  const saysNothing = !/\p{Ll}/u.test(question) || hasCapitalNouns(passages)
  const asked = [...others, ...numbers].map(({ text, start, end }): AskedWord => {
    const written = question.slice(start, end)
    const isName = isNamed(written, start, saysNothing)
    return { text, written, isName, weight: VERSION.test(text) ? VERSION_WEIGHT : isName ? NAME_WEIGHT : 1 }
  })
  return [...new Map(asked.map((word) => [word.text, word])).values()]
}

/** Whether a word is a name or a number, as far as its letters show: a capital inside the question, a digit. */
function isNamed(written: string, start: number, saysNothing: boolean): boolean {
  if (/\p{N}/u.test(written)) return true
  return !saysNothing && (/^\p{Lu}{2}/u.test(written) || (start > 0 && /^\p{Lu}/u.test(written)))
}

/** Of the words inside sentences: where more begin with a capital, all nouns do. (Of XQuAD's paragraphs: English .15, Turkish .17, German .35.) */
const CAPITAL_NOUNS = 0.2

function hasCapitalNouns(passages: readonly Passage[]): boolean {
  let words = 0
  let capitals = 0
  for (const { chunk } of passages) {
    for (const [word] of chunk.text.matchAll(/(?<=\p{Ll},? )\p{L}+/gu)) {
      words++
      if (/^\p{Lu}/u.test(word)) capitals++
    }
  }
  return capitals > CAPITAL_NOUNS * words
}
