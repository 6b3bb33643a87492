import type { Context, Embedder, Passage, Span } from '@voisin/spec'
import { contentWords, findWords } from '@voisin/words'
import { findStatements } from '../chunk/sentences.ts'
import { dot, type Evidence } from './evidence.ts'
import { expectedForm, hasForm } from './expected-form.ts'

/** A sentence, table row or line of code of a passage. The span is one of the chunk's text. */
export interface Statement extends Span {
  readonly passage: Passage
  readonly score: number
}

/** Statements are taken from so many passages: those with the most evidence. */
const MOST_PASSAGES = 4
const COSINE_WEIGHT = 0.5
const FORM_WEIGHT = 0.25

/**
 * The statements of a context, the one that answers best first. A statement's score is its passage's evidence, half its own cosine
 * with the question (without an embedder, half the share of the question's words it has), and a quarter where it has the form the
 * question asks for: a name for "who", a number for "when" and "how many".
 */
export async function rankStatements(
  { question, passages }: Context,
  evidence: readonly Evidence[],
  options: { readonly embedder?: Embedder | undefined; readonly minEvidence: number; readonly signal?: AbortSignal | undefined },
): Promise<Statement[]> {
  const strong = passages
    .map((passage, index) => ({ passage, total: evidence[index]!.total }))
    .filter(({ total }) => total >= options.minEvidence)
    .sort((a, b) => b.total - a.total)
    .slice(0, MOST_PASSAGES)
  const candidates = strong.flatMap(({ passage, total }) =>
    findStatements(passage.chunk.text).map((span) => ({
      ...span,
      passage,
      total,
      text: passage.chunk.text.slice(span.start, span.end),
    })),
  )
  if (candidates.length === 0) return []
  const texts = candidates.map(({ text }) => text)
  const nearness = options.embedder
    ? await cosines(question, texts, options.embedder, options.signal)
    : texts.map((text) => sharedWords(question, text))
  const form = expectedForm(question)
  return candidates
    .map(({ passage, start, end, text, total }, index) => ({
      passage,
      start,
      end,
      score: total + COSINE_WEIGHT * nearness[index]! + (hasForm(text, form) ? FORM_WEIGHT : 0),
    }))
    .sort((a, b) => b.score - a.score)
}

async function cosines(
  question: string,
  texts: readonly string[],
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const call = signal ? { signal } : {}
  const vector = await embedder.embedQuery(question, call)
  const { data, dim } = await embedder.embedDocuments(texts, call)
  return texts.map((_, row) => dot(vector, data.subarray(row * dim, (row + 1) * dim)))
}

/** Share of the content words of `asked` that `text` has, 0 … 1. */
export function sharedWords(asked: string, text: string): number {
  const words = contentWords(asked)
  const stems = new Set(findWords(text).flatMap((word) => word.stems))
  return words.filter((word) => word.stems.some((stem) => stems.has(stem))).length / Math.max(1, words.length)
}
