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

/** The words that say what is asked, each once. A number of several parts is one thing: version 14.3 is not 3.14. */
export function readQuestion(question: string): AskedWord[] {
  const { words, wholes } = findTerms(question)
  const numbers = wholes.filter(({ text }) => /\p{N}/u.test(text))
  const content = new Set(contentOf(words))
  // A letter that is a name: class C.
  const isLetter = ({ start, end }: Term) => start > 0 && end === start + 1 && /^(?!I)\p{Lu}$/u.test(question.slice(start, end))
  const others = words
    .filter((word) => content.has(word) || isLetter(word))
    .filter(({ start, end }) => !numbers.some((whole) => whole.start <= start && end <= whole.end))
  const isShouted = !/\p{Ll}/u.test(question)
  const asked = [...others, ...numbers].map(({ text, start, end }): AskedWord => {
    const written = question.slice(start, end)
    const isName = isNamed(written, start, isShouted)
    return { text, written, isName, weight: VERSION.test(text) ? VERSION_WEIGHT : isName ? NAME_WEIGHT : 1 }
  })
  return [...new Map(asked.map((word) => [word.text, word])).values()]
}

/** Whether a word is a name or a number, as far as its letters show: a capital inside the question, a digit. */
function isNamed(written: string, start: number, isShouted: boolean): boolean {
  if (/\p{N}/u.test(written)) return true
  return !isShouted && (/^\p{Lu}{2}/u.test(written) || (start > 0 && /^\p{Lu}/u.test(written)))
}
