import type { Context, Embedder, Passage, Span } from '@voisin/spec'
import { contentWords, findWords } from '@voisin/words'
import { findStatements } from '../chunk/statements.ts'
import { measurePassages, measureTexts } from './evidence.ts'
import { expectedForm, hasForm } from './expected-form.ts'
import { createVectors, dot } from './vectors.ts'

/** A sentence, table row or line of code of a passage. The span is one of the chunk's text. */
export interface Statement extends Span {
  readonly passage: Passage
  readonly score: number
}

/** Statements are taken from so many passages: those with the most evidence. */
const MOST_PASSAGES = 4
const FORM_WEIGHT = 0.25

/**
 * The statements of a context's passages that have enough evidence, the one that answers best first. A statement's score is the
 * evidence of its passage, its own, and a quarter where it has the form the question asks for: a name for "who", a number for "when"
 * and "how many".
 */
export async function rankStatements(
  question: string,
  { passages }: Context,
  options: { readonly embedder?: Embedder | undefined; readonly minEvidence: number; readonly signal?: AbortSignal | undefined },
): Promise<Statement[]> {
  const { embedder, minEvidence, signal } = options
  const vectors = embedder && createVectors(embedder, signal)
  const evidence = await measurePassages(question, passages, vectors)
  const candidates = passages
    .map((passage, index) => ({ passage, total: evidence[index]!.total }))
    .filter(({ total }) => total >= minEvidence)
    .sort((a, b) => b.total - a.total)
    .slice(0, MOST_PASSAGES)
    .flatMap(({ passage, total }) =>
      findStatements(passage.chunk).map(({ header, ...span }) => {
        const text = textOf(passage, span)
        // A row says what it says under its header.
        return { ...span, passage, total, text, measured: header === undefined ? text : `${header}\n${text}` }
      }),
    )
  if (candidates.length === 0) return []

  const texts = candidates.map(({ measured }) => measured)
  let cosineOf: (text: string) => number | undefined = () => undefined
  if (embedder && vectors) {
    const asked = await embedder.embedQuery(question, signal ? { signal } : {})
    const vectorOf = await vectors(texts)
    cosineOf = (text) => dot(asked, vectorOf(text))
  }
  const own = await measureTexts(
    question,
    texts.map((text) => ({ text, cosine: cosineOf(text) })),
    vectors,
  )
  const form = expectedForm(question)
  return candidates
    .map(({ passage, start, end, text, total }, index) => ({
      passage,
      start,
      end,
      score: total + own[index]!.total + (hasForm(text, form) ? FORM_WEIGHT : 0),
    }))
    .sort((a, b) => b.score - a.score)
}

function textOf({ chunk }: Passage, { start, end }: Span): string {
  return chunk.text.slice(start, end)
}

/** Share of the content words of `asked` that `text` has, 0 … 1. */
export function sharedWords(asked: string, text: string): number {
  const words = contentWords(asked)
  const stems = new Set(findWords(text).flatMap((word) => word.stems))
  return words.filter((word) => word.stems.some((stem) => stems.has(stem))).length / Math.max(1, words.length)
}
