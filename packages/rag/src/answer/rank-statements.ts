import type { Context, Embedder, Passage, Span } from '@voisin/spec'
import { compareWith, editsBetween, type Found, findTerms, unitsOf } from '@voisin/words'
import { findStatements } from '../chunk/statements.ts'
import { type AskedWord, readQuestion } from './asked.ts'
import { expectedForm, hasForm } from './expected-form.ts'
import { createVectors, dot, nearest, type Vectors } from './vectors.ts'

/** A sentence, table row or line of code of a passage. The span is one of the chunk's text. */
export interface Statement extends Span {
  readonly passage: Passage
  /** Its place among the statements of its passage. */
  readonly index: number
  /** Of a row, what its columns are. */
  readonly header?: string
  /** How much of the question's words it says, with what it stands under and beside, 0 … 1. */
  readonly coverage: number
  /** Whether it needs nothing beside it: it has nearly all of the question's words itself, and the form that is asked for. */
  readonly isWhole: boolean
  readonly score: number
}

export interface Ranked {
  /** The one that answers best first. */
  readonly statements: readonly Statement[]
  /** Whether the question is about a name or a number that no passage has, nor one that it may be mistyped or inflected of. */
  readonly lacksName: boolean
}

// What a word of the question is worth to a statement (chosen on bench/ask's development sets), by where it stands: in it, …
const LEVELS: Readonly<Record<Found, number>> = { exact: 1, stem: 1, spelling: 0.95, errors: 0.8 }
/** … in what it stands under: its section's title, the header of its table, what announces its list, the question it answers; … */
const ABOVE = 0.85
/** … in what the model finds to mean the same; … */
const NEAR = 0.8
/** … in a statement beside it; in the document's name or the titles further out; or elsewhere in its passage. */
const BESIDE = 0.5
const NAMED = 0.4
const ELSEWHERE = 0.3
// Beside the coverage, which is 1 at most: the cosine with the question, the search's score against its best, and the form that is asked for.
const COSINE_WEIGHT = 0.5
const PASSAGE_WEIGHT = 0.6
const FORM_WEIGHT = 0.2
const OPENING_WEIGHT = 0.4
/** A statement that says so much of the question itself needs none beside it. */
const WHOLE = 0.85
/** In so many of the first passages words are compared by meaning. */
const CLOSELY = 3

/** In Greek a semicolon asks. */
const QUESTION = /(?:[?？؟]|\p{Script=Greek}.*[;\u037e])[\s"'”’»)*_]*$/su
/** Capitals alone, and no full stop: a title in a text without markup. */
const TITLE = /^[^\p{Ll}]*\p{Lu}{2}[^\p{Ll}]*[^\p{Ll}.!]$/u
const LONGEST_TITLE = 80
/** Says that something follows. */
export const ANNOUNCING: RegExp = /[:：][\s*_]*$/u

interface Candidate extends Span {
  readonly passage: Passage
  readonly index: number
  readonly header: string | undefined
  readonly text: string
  /** With what it is read under. */
  readonly measured: string
  readonly own: Float64Array
  /** Of the title that its chunk stands under. */
  readonly title: Float64Array
  readonly levels: Float64Array
}

/**
 * The statements of a context's passages, the one that answers best first: by the words of the question that it has or stands under, rare ones of
 * these passages more; by meaning; and by how well the search found its passage. A question is no answer.
 */
export async function rankStatements(
  question: string,
  { passages }: Context,
  options: { readonly embedder?: Embedder | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Ranked> {
  const { embedder, signal } = options
  const asked = readQuestion(question, passages)
  const compare = compareWith(
    asked.map(({ text }) => text),
    new Set(),
  )
  const levelsOf = (text: string): Float64Array => {
    const levels = new Float64Array(asked.length)
    const { words, wholes } = findTerms(text)
    for (const term of [...words, ...wholes])
      for (const [place, found] of compare(term.text)) levels[place] = Math.max(levels[place]!, LEVELS[found])
    return levels
  }
  const candidates = passages.flatMap((passage) => candidatesOf(passage, levelsOf))
  if (candidates.length === 0) return { statements: [], lacksName: false }
  const vectors = embedder && createVectors(embedder, signal)
  if (vectors) await addNearness(candidates, passages.slice(0, CLOSELY), asked, vectors)
  const cosines = embedder && vectors ? await cosinesOf(question, candidates, embedder, vectors, signal) : undefined
  const weights = weigh(asked, passages, candidates)
  const sum = weights.reduce((a, b) => a + b, 0)
  const absent = asked.filter(({ isName }, place) => isName && candidates.every(({ levels }) => levels[place] === 0))
  const lacksName = absent.some((word) => !isLikeAny(word, passages.slice(0, CLOSELY)))
  const top = Math.max(...passages.map(({ score }) => score))
  const form = expectedForm(question)
  const statements = candidates
    .filter(({ text }) => !QUESTION.test(text) && !(text.length < LONGEST_TITLE && TITLE.test(text)))
    .map(({ passage, index, start, end, header, text, own, title, levels, measured }) => {
      const shareOf = (having: Float64Array) => having.reduce((total, level, place) => total + level * weights[place]!, 0) / sum
      const coverage = sum === 0 ? 0 : shareOf(levels)
      const isOfForm = hasForm(text, form)
      const isWhole = sum > 0 && (form === 'any' ? shareOf(own) >= WHOLE : isOfForm)
      const share = top > 0 ? Math.max(0, passage.score / top) : 1
      const cosine = cosines?.(measured) ?? 0
      // A section whose title asks the same begins with what it answers.
      const opening = sum === 0 ? 0 : (OPENING_WEIGHT * Math.max(0, 2 * shareOf(title) - 1)) / (1 + index)
      const score =
        opening + coverage + COSINE_WEIGHT * Math.max(0, cosine) + PASSAGE_WEIGHT * share + (isOfForm ? FORM_WEIGHT : 0)
      return { passage, index, start, end, ...(header !== undefined && { header }), coverage, isWhole, score }
    })
    .sort((a, b) => b.score - a.score)
  return { statements, lacksName }
}

function candidatesOf(passage: Passage, levelsOf: (text: string) => Float64Array): Candidate[] {
  const { chunk, document } = passage
  const spans = findStatements(chunk)
  const texts = spans.map(({ start, end }) => chunk.text.slice(start, end))
  const own = texts.map(levelsOf)
  const title = levelsOf(chunk.headings.at(-1) ?? '')
  const above = levelsOf([chunk.headings.at(-1) ?? '', chunk.lead ?? ''].join('\n'))
  const named = levelsOf([document.id, ...chunk.headings.slice(0, -1)].join('\n'))
  const all = levelsOf(chunk.text)
  return spans.map(({ start, end, header }, i) => {
    const text = texts[i]!
    const levels = Float64Array.from(own[i]!)
    raise(levels, above, ABOVE)
    raise(levels, named, NAMED)
    if (header !== undefined) raise(levels, levelsOf(header), ABOVE)
    for (const at of [i - 1, i + 1]) {
      if (own[at] === undefined) continue
      const leads = at < i && (QUESTION.test(texts[at]!) || ANNOUNCING.test(texts[at]!) || TITLE.test(texts[at]!))
      raise(levels, own[at]!, leads ? ABOVE : BESIDE)
    }
    raise(levels, all, ELSEWHERE)
    return {
      passage,
      index: i,
      start,
      end,
      header,
      text,
      measured: header === undefined ? text : `${header}\n${text}`,
      own: own[i]!,
      title,
      levels,
    }
  })
}

function raise(levels: Float64Array, others: Float64Array, share: number): void {
  for (let i = 0; i < levels.length; i++) levels[i] = Math.max(levels[i]!, share * others[i]!)
}

/** Words that are in few of the passages say more of which of them answers. */
function weigh(asked: readonly AskedWord[], passages: readonly Passage[], candidates: readonly Candidate[]): number[] {
  const having = asked.map(
    (_, place) => new Set(candidates.flatMap(({ own, passage }) => (own[place]! > 0 ? [passage] : []))).size,
  )
  return asked.map(({ weight }, place) => weight * Math.log(1 + (passages.length + 1) / (having[place]! + 0.5)))
}

/** Words that a statement has not are compared by meaning with those that it has. */
async function addNearness(
  candidates: readonly Candidate[],
  closely: readonly Passage[],
  asked: readonly AskedWord[],
  vectors: Vectors,
): Promise<void> {
  const close = candidates.filter(({ passage }) => closely.includes(passage))
  const wordsOf = new Map(
    close.map((candidate) => [
      candidate,
      [...new Set(findTerms(candidate.text).words.map(({ start, end }) => candidate.text.slice(start, end)))],
    ]),
  )
  const vectorOf = await vectors([...asked.map(({ written }) => written), ...[...wordsOf.values()].flat()])
  for (const [candidate, words] of wordsOf) {
    const others = words.map(vectorOf)
    for (const [place, { written, isName }] of asked.entries()) {
      if (isName || candidate.levels[place]! >= NEAR) continue
      candidate.levels[place] = Math.max(candidate.levels[place]!, NEAR * nearest(vectorOf(written), others))
    }
  }
}

async function cosinesOf(
  question: string,
  candidates: readonly Candidate[],
  embedder: Embedder,
  vectors: Vectors,
  signal: AbortSignal | undefined,
): Promise<(text: string) => number> {
  const asked = await embedder.embedQuery(question, signal ? { signal } : {})
  const vectorOf = await vectors(candidates.map(({ measured }) => measured))
  return (text) => dot(asked, vectorOf(text))
}

/** Letters that a name and a form of it begin with, in languages that inflect names. */
const COMMON_BEGINNING = 4
const TWO_ERRORS_FROM = 8

/** Whether a name may be one of some passages, inflected or with a typing error. A number is itself. */
function isLikeAny({ text, written }: AskedWord, passages: readonly Passage[]): boolean {
  if (/\p{N}/u.test(written) || text.length < COMMON_BEGINNING) return false
  const beginning = text.slice(0, COMMON_BEGINNING)
  const most = text.length < TWO_ERRORS_FROM ? 1 : 2
  return passages.some(({ chunk }) =>
    findTerms(chunk.text).words.some(({ text: other, start }) => {
      if (!/\p{Lu}/u.test(chunk.text[start]!)) return false
      return other.startsWith(beginning) || editsBetween(unitsOf(text), unitsOf(other), most) <= most
    }),
  )
}
