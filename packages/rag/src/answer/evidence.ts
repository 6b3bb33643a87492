import type { Embedder, Passage } from '@voisin/spec'
import { contentWords, findTerms, findWords, formsOf, isStopWord, lookupsOf, type Word } from '@voisin/words'
import { embeddedText } from '../chunk/chunker.ts'
import { createVectors, nearest, type Vectors } from './vectors.ts'

/** How much a text has to say about a question. All from 0 to 1. */
export interface Evidence {
  /**
   * Mean, over the question's content words (names and numbers twice, versions eight times), of how well the text has each: 1 where it has the word or one
   * of the same stem; else, if there is an embedder and the word is no name, from 0 to 1 as the cosine of the nearest word of the text
   * goes from 0.2 (no relation) to 0.6 (the same thing). Names and numbers have no synonyms: another one is another thing.
   */
  readonly coverage: number
  /** Cosine of question and text; undefined where it is not known: the search was by words alone. */
  readonly cosine: number | undefined
  /** Mean of coverage and cosine; coverage alone where there is no cosine. */
  readonly total: number
}

/** How much a name or a number counts against another word. */
const NAME_WEIGHT = 2
/** And how much a number of several parts, as a version: a text on another one does not answer, however alike it is. */
const VERSION_WEIGHT = 8
/** So many texts are looked at word by word: those with the most evidence by words found and cosine. */
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
  options: { readonly embedder?: Pick<Embedder, 'embedDocuments'> | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Evidence[]> {
  return await measurePassages(question, passages, options.embedder && createVectors(options.embedder, options.signal))
}

/** The same, with vectors that are shared with what comes next. */
export async function measurePassages(
  question: string,
  passages: readonly Passage[],
  vectors: Vectors | undefined,
): Promise<Evidence[]> {
  const texts = passages.map(({ chunk, legs }) => ({ text: embeddedText(chunk), cosine: legs.dense?.score }))
  return await measureTexts(question, texts, vectors, CLOSELY)
}

/** The evidence of texts whose cosines with the question are known; at most `closely` of them are looked at word by word. */
export async function measureTexts(
  question: string,
  texts: readonly { readonly text: string; readonly cosine: number | undefined }[],
  vectors: Vectors | undefined,
  closely: number = texts.length,
): Promise<Evidence[]> {
  const asked = wordsAsked(question)
  const views = texts.map(({ text, cosine }) => viewText(text, cosine, asked))
  const weights = asked.map((word) => (VERSION.test(word.text) ? VERSION_WEIGHT : isName(question, word) ? NAME_WEIGHT : 1))
  const evidence = views.map(({ found, cosine }) => toEvidence(found.map(Number), weights, cosine))
  if (!vectors) return evidence

  const close = evidence
    .map(({ coverage, total }, index) => ({ coverage, total, index }))
    .filter(({ coverage }) => coverage < 1)
    .sort((a, b) => b.total - a.total)
    .slice(0, closely)
  const askedTexts = asked.map((word) => written(question, word))
  const vectorOf = await vectors([...askedTexts, ...close.flatMap(({ index }) => views[index]!.words)])
  for (const { index } of close) {
    const { found, words, cosine } = views[index]!
    const others = words.map(vectorOf)
    const nearness = asked.map((_, at) => {
      if (found[at]) return 1
      return weights[at]! > 1 ? 0 : nearest(vectorOf(askedTexts[at]!), others)
    })
    evidence[index] = toEvidence(nearness, weights, cosine)
  }
  return evidence
}

function toEvidence(nearness: readonly number[], weights: readonly number[], cosine: number | undefined): Evidence {
  const sum = nearness.reduce((total, value, at) => total + value * weights[at]!, 0)
  const coverage = nearness.length === 0 ? 0 : sum / weights.reduce((total, weight) => total + weight, 0)
  return { coverage, cosine, total: cosine === undefined ? coverage : (coverage + Math.max(0, cosine)) / 2 }
}

const VERSION = /^v?\d+(?:\.\d+)+/

interface TextView {
  /** For each word asked, whether the text has it. */
  readonly found: readonly boolean[]
  /** The text's content words as they are written, each once. */
  readonly words: readonly string[]
  readonly cosine: number | undefined
}

function viewText(text: string, cosine: number | undefined, asked: readonly Word[]): TextView {
  const words = findWords(text)
  const wholes = findTerms(text).wholes.flatMap((whole) => [whole.text, ...formsOf(whole.text)])
  const stems = new Set([...words.flatMap((word) => word.stems), ...wholes])
  return {
    found: asked.map((word) => word.stems.some((stem) => stems.has(stem))),
    words: distinct(words.filter((word) => !isStopWord(word.text))).map((word) => written(text, word)),
    cosine,
  }
}

/** The words that say what is asked. A number of several parts is one thing: version 14.3 is not 3.14. */
function wordsAsked(question: string): Word[] {
  const numbers = findTerms(question)
    .wholes.filter(({ text }) => /\p{N}/u.test(text))
    .map((whole) => ({ ...whole, stems: lookupsOf(whole.text) }))
  const others = contentWords(question).filter(
    ({ start, end }) => !numbers.some((whole) => whole.start <= start && end <= whole.end),
  )
  return distinct([...others, ...numbers])
}

function distinct(words: readonly Word[]): Word[] {
  return [...new Map(words.map((word) => [word.text, word])).values()]
}

function written(text: string, { start, end }: Word): string {
  return text.slice(start, end)
}

/** Whether a word of a question is a name or a number, as far as its letters show: a capital inside the question, a digit. */
function isName(question: string, word: Word): boolean {
  const text = written(question, word)
  if (/\p{N}/u.test(text)) return true
  const isShouted = !/\p{Ll}/u.test(question)
  return !isShouted && (/^\p{Lu}{2}/u.test(text) || (word.start > 0 && /^\p{Lu}/u.test(text)))
}
