import type { Embedder, Passage } from '@voisin/spec'
import { contentWords, findWords, isStopWord, type Word } from '@voisin/words'
import { embeddedText } from '../chunk/chunker.ts'

/** How much a passage has to say about a question. All from 0 to 1. */
export interface Evidence {
  /**
   * Mean, over the question's content words, of how well the passage has each: 1 where it has the word or one of the same stem, else
   * the cosine of the nearest of its words; 0 where that is not known.
   */
  readonly coverage: number
  /** Cosine of question and passage; undefined where the search did not look at meaning. */
  readonly cosine: number | undefined
  /** Mean of coverage and cosine; coverage alone where there is no cosine. */
  readonly total: number
}

/** So many passages are looked at word by word: those with the best evidence by words found and cosine. */
const CLOSELY = 4

/**
 * Measures the evidence of each passage. Words that a passage lacks are compared by meaning with the words it has, the nearest
 * counting, as the recall of Zhang et al., "BERTScore: Evaluating Text Generation with BERT" (ICLR 2020), but with each word embedded
 * alone. Without an embedder only the words found count.
 *
 * Coverage and cosine make up for each other's faults: a passage on another subject can share words with a question, or be near to
 * it as a whole, but seldom both.
 */
export async function measureEvidence(
  question: string,
  passages: readonly Passage[],
  {
    embedder,
    signal,
  }: { readonly embedder?: Pick<Embedder, 'embedDocuments'> | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Evidence[]> {
  const asked = distinct(contentWords(question))
  const views = passages.map((passage) => viewPassage(passage, asked))
  const literal = views.map(({ found, cosine }) => toEvidence(found.map(Number), cosine))
  if (!embedder || asked.length === 0) return literal

  const close = literal
    .map((evidence, index) => ({ ...evidence, index }))
    .filter(({ coverage }) => coverage < 1)
    .sort((a, b) => b.total - a.total)
    .slice(0, CLOSELY)
  const vectorOf = await embedWords(
    [...asked.map((word) => written(question, word)), ...close.flatMap(({ index }) => views[index]!.words)],
    embedder,
    signal,
  )
  const evidence = [...literal]
  for (const { index } of close) {
    const { found, words, cosine } = views[index]!
    const nearness = asked.map((word, at) => (found[at] ? 1 : nearest(vectorOf(written(question, word)), words.map(vectorOf))))
    evidence[index] = toEvidence(nearness, cosine)
  }
  return evidence
}

function toEvidence(nearness: readonly number[], cosine: number | undefined): Evidence {
  const coverage = nearness.length === 0 ? 0 : nearness.reduce((sum, value) => sum + value, 0) / nearness.length
  return { coverage, cosine, total: cosine === undefined ? coverage : (coverage + Math.max(0, cosine)) / 2 }
}

interface PassageView {
  /** For each word asked, whether the passage has it. */
  readonly found: readonly boolean[]
  /** The passage's content words as they are written, each once. */
  readonly words: readonly string[]
  readonly cosine: number | undefined
}

function viewPassage({ chunk, legs }: Passage, asked: readonly Word[]): PassageView {
  const text = embeddedText(chunk)
  const words = findWords(text)
  const stems = new Set(words.flatMap((word) => word.stems))
  return {
    found: asked.map((word) => word.stems.some((stem) => stems.has(stem))),
    words: distinct(words.filter((word) => !isStopWord(word.text))).map((word) => written(text, word)),
    cosine: legs.dense?.score,
  }
}

function distinct(words: readonly Word[]): Word[] {
  return [...new Map(words.map((word) => [word.text, word])).values()]
}

function written(text: string, { start, end }: Word): string {
  return text.slice(start, end)
}

async function embedWords(
  words: readonly string[],
  embedder: Pick<Embedder, 'embedDocuments'>,
  signal: AbortSignal | undefined,
): Promise<(word: string) => Float32Array | undefined> {
  const rows = new Map([...new Set(words)].map((word, row) => [word, row]))
  const { data, dim } = await embedder.embedDocuments([...rows.keys()], signal ? { signal } : {})
  return (word) => {
    const row = rows.get(word)
    return row === undefined ? undefined : data.subarray(row * dim, (row + 1) * dim)
  }
}

function nearest(vector: Float32Array | undefined, others: readonly (Float32Array | undefined)[]): number {
  let best = 0
  if (vector) for (const other of others) if (other) best = Math.max(best, dot(vector, other))
  return Math.min(1, best)
}

/** Of unit vectors: their cosine. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
