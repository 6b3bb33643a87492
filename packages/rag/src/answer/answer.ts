import {
  type Answer,
  type AnswerPart,
  type Citation,
  type Context,
  type Embedder,
  type Generator,
  InvalidArgumentError,
  type Passage,
} from '@voisin/spec'
import { checkQuestion } from '../retrieve/query-of.ts'
import { createCitationReader } from './citation-reader.ts'
import { cite, findSource } from './cite.ts'
import { rankStatements } from './extract.ts'
import { buildMessages, NOT_IN_DOCUMENTS } from './prompt.ts'

export interface AnswerOptions {
  /** What may be answered from; made by `retrieve`. */
  readonly context: Context
  /** Writes the answer. Without one the answer is the sentences of the documents that answer. */
  readonly generator?: Generator | undefined
  /** Compares words and sentences by meaning, when there is no generator. Without it only words count. */
  readonly embedder?: Embedder | undefined
  /**
   * Evidence that the best passage must have for an answer without a generator, 0 … 1; below it the answer is that the documents do not
   * say. Evidence is the mean of two parts: how much of the question's words the passage has (each word itself, or the nearest in
   * meaning), and the cosine of question and passage; see `measureEvidence`. 0 answers always.
   *
   * The default was measured with the built-in model: it answers 99 % of 238 questions of XQuAD, and refuses 89 % of them when the
   * article they are about is taken away, and 97 % when they are put to a library on other subjects. @default 0.44
   */
  readonly minEvidence?: number | undefined
  /** How many sentences an answer without a generator has at most, 1 … 10. A second has to be nearly as good as the first. @default 2 */
  readonly maxSentences?: number | undefined
  /** The text of the answer that the documents do not say. @default 'The documents do not answer this.' */
  readonly refusal?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A further sentence must score at least this share of the best one. */
const NEARLY = 0.9

/**
 * Answers from a context, with citations; or says that the documents do not answer.
 *
 * @throws {InvalidArgumentError} The question is empty, or an option is out of its range.
 */
export async function answer(question: string, options: AnswerOptions): Promise<Answer> {
  for await (const part of answerStream(question, options)) if (part.type === 'end') return part.answer
  throw new Error('unreachable')
}

/**
 * The same in pieces: text as it is written, each citation right after its first mark `[n]`, and at the end the whole. Citations are
 * numbered in the order in which they come. A generator's marks of passages that are not there are left out.
 */
export async function* answerStream(question: string, options: AnswerOptions): AsyncGenerator<AnswerPart, void, void> {
  checkQuestion(question)
  const { minEvidence = 0.44, maxSentences = 2 } = options
  if (!(minEvidence >= 0 && minEvidence <= 1)) throw outOfRange('minEvidence', 'a number from 0 to 1', minEvidence)
  if (!Number.isInteger(maxSentences) || maxSentences < 1 || maxSentences > 10) {
    throw outOfRange('maxSentences', 'an integer from 1 to 10', maxSentences)
  }
  options.signal?.throwIfAborted()
  const parts = options.generator
    ? generated(question, options.generator, options)
    : extracted(question, options, minEvidence, maxSentences)
  const citations: Citation[] = []
  let text = ''
  for await (const part of parts) {
    if (part.type === 'text') text += part.text
    else citations.push(part.citation)
    yield part
  }
  if (text.trim() !== '') {
    yield { type: 'end', answer: { kind: 'found', text: text.trim(), citations } }
    return
  }
  const { refusal = 'The documents do not answer this.' } = options
  yield { type: 'text', text: refusal }
  yield { type: 'end', answer: { kind: 'not-in-documents', text: refusal, citations: [] } }
}

type Part = Exclude<AnswerPart, { readonly type: 'end' }>

/** Yields nothing where the documents do not say. */
async function* extracted(
  question: string,
  { context, embedder, signal }: AnswerOptions,
  minEvidence: number,
  maxSentences: number,
): AsyncGenerator<Part, void, void> {
  const ranked = await rankStatements(question, context, { embedder, minEvidence, signal })
  const chosen = ranked.filter(({ score }) => score >= NEARLY * ranked[0]!.score).slice(0, maxSentences)
  for (const [index, statement] of chosen.entries()) {
    const citation = cite(index + 1, statement.passage, statement)
    const sentence = citation.quote.replace(/\s+/g, ' ')
    yield { type: 'text', text: `${index === 0 ? '' : ' '}${sentence} [${citation.number}]` }
    yield { type: 'citation', citation }
  }
}

/** Yields nothing where the generator says that the documents do not say. */
async function* generated(
  question: string,
  generator: Generator,
  { context, signal }: AnswerOptions,
): AsyncGenerator<Part, void, void> {
  if (context.passages.length === 0) return
  const reader = createCitationReader(context.passages.length)
  const numbers = new Map<Passage, number>()
  let sentence = ''
  function* toParts(written: ReturnType<typeof reader.read>): globalThis.Generator<Part, void, void> {
    for (const part of written) {
      if ('text' in part) {
        sentence = (sentence + part.text).split(/(?<=[.!?])\s+(?=\S)/).at(-1)!
        yield { type: 'text', text: part.text }
        continue
      }
      const passage = context.passages[part.passage - 1]!
      const known = numbers.get(passage)
      const number = known ?? numbers.size + 1
      yield { type: 'text', text: `[${number}]` }
      if (known !== undefined) continue
      numbers.set(passage, number)
      yield { type: 'citation', citation: cite(number, passage, findSource(sentence, passage)) }
    }
  }

  // Held back as long as it may become the words that say that nothing was found.
  let held = ''
  let isHeld = true
  for await (const piece of generator.generate(buildMessages(question, context), signal ? { signal } : {})) {
    signal?.throwIfAborted()
    if (!isHeld) {
      yield* toParts(reader.read(piece))
      continue
    }
    held += piece
    const start = held.trimStart().slice(0, NOT_IN_DOCUMENTS.length)
    if (NOT_IN_DOCUMENTS.startsWith(start.toUpperCase())) continue
    isHeld = false
    yield* toParts(reader.read(held))
  }
  signal?.throwIfAborted()
  if (isHeld && held.trimStart().toUpperCase().startsWith(NOT_IN_DOCUMENTS)) return
  if (isHeld) yield* toParts(reader.read(held))
  yield* toParts(reader.end())
}

function outOfRange(name: string, expected: string, received: unknown): InvalidArgumentError {
  return new InvalidArgumentError(`${name} is out of its range.`, { expected, received: String(received) })
}
