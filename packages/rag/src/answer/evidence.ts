import type { Embedder, Passage } from '@voisin/spec'
import { contentWords, findWords, isStopWord, type Word } from '@voisin/words'
import { embeddedText } from '../chunk/chunker.ts'

/** How much a passage has to say about a question. All from 0 to 1. */
export interface Evidence {
  /**
   * Mean, over the question's content words, of how well the passage has each: 1 where it has the word or one of the same stem; else,
   * if there is an embedder and the word is no name, from 0 to 1 as the cosine of the nearest word of the passage goes from 0.2 (no
   * relation) to 0.6 (the same thing). Names and numbers have no synonyms: another one is another thing.
   */
  readonly coverage: number
  /** Cosine of question and passage; undefined where the search did not look at meaning. */
  readonly cosine: number | undefined
  /** Mean of coverage and cosine; coverage alone where there is no cosine. */
  readonly total: number
}

/** Cosines of two words that have nothing to do with each other, and of two that mean the same. */
const UNRELATED = 0.2
const SAME = 0.6
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
    const vectors = words.map(vectorOf)
    const nearness = asked.map((word, at) => {
      if (found[at]) return 1
      return isName(question, word) ? 0 : nearest(vectorOf(written(question, word)), vectors)
    })
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
  return Math.min(1, Math.max(0, (best - UNRELATED) / (SAME - UNRELATED)))
}

/** Whether a word of a question is a name or a number, as far as its letters show: a capital inside the question, a digit. */
function isName(question: string, word: Word): boolean {
  const text = written(question, word)
  if (/\p{N}/u.test(text)) return true
  const isShouted = !/\p{Ll}/u.test(question)
  return !isShouted && (/^\p{Lu}{2}/u.test(text) || (word.start > 0 && /^\p{Lu}/u.test(text)))
}

/** Whether some passage has some word of the question. */
export function sharesWords(question: string, passages: readonly Passage[]): boolean {
  const asked = contentWords(question)
  return passages.some((passage) => viewPassage(passage, asked).found.includes(true))
}

/** Of unit vectors: their cosine. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
