import { contentWords, findWords } from '@voisin/words'
import { findStatements } from '../chunk/statements.ts'

/** A question made of a text, and what is left of the text, which is its answer. */
export interface PseudoQuestion {
  readonly question: string
  readonly rest: string
}

/** Words of a question. */
const MOST_WORDS = 12
const LEAST_STATEMENTS = 3
const LEAST_CONTENT = 3

/**
 * Takes one sentence after another out of a text: its first words are a question which the rest answers. The first sentence, which says what a
 * text is about as people do who look for it; and, chosen by `seed`, another.
 *
 * @returns None, where the text is too short.
 */
export function pseudoQuestionsOf(text: string, seed: number): PseudoQuestion[] {
  const statements = findStatements(text).filter(({ start, end }) => contentWords(text.slice(start, end)).length >= LEAST_CONTENT)
  if (statements.length < LEAST_STATEMENTS) return []
  return [statements[0]!, statements[1 + (seed % (statements.length - 1))]!].map(({ start, end }) => {
    const words = findWords(text.slice(start, end))
    const last = words[Math.min(words.length, MOST_WORDS) - 1]!
    return { question: text.slice(start, start + last.end), rest: `${text.slice(0, start)} ${text.slice(end)}` }
  })
}
