import {
  type Answer,
  type AnswerPart,
  type Citation,
  type Context,
  type Embedder,
  type Generator,
  InvalidArgumentError,
  type Passage,
  type Span,
} from '@voisin/spec'
import { checkQuestion } from '../retrieve/query-of.ts'
import { assuranceOf } from './assurance.ts'
import { createCitationReader } from './citation-reader.ts'
import { cite, findSource } from './cite.ts'
import { measureEvidence } from './evidence.ts'
import { buildMessages, NOT_IN_DOCUMENTS } from './prompt.ts'
import { quoteOf } from './quote.ts'
import { rankStatements, type Statement } from './rank-statements.ts'

export interface AnswerOptions {
  /** What may be answered from; made by `retrieve`. */
  readonly context: Context
  /** Writes the answer. Without one the answer is the sentences of the documents that answer. */
  readonly generator?: Generator | undefined
  /** Compares words and sentences by meaning, when there is no generator. Without it only words count. */
  readonly embedder?: Embedder | undefined
  /**
   * How surely the documents must answer for an answer without a generator, 0 … 1; below it the answer is that they do not say. 0 answers always.
   *
   * Where the library was calibrated, from how far the best hit stands out in it, in any language, and how much of the question its best statement
   * covers. Where it was not, evidence of the best passage, which is right for English and French only: how much of the question's words it has (each
   * word itself, or the nearest in meaning), and its cosine with the question; see `measureEvidence`. Unless it is given, a question about a
   * name or a number that no passage has is refused anyway. @default 0.5, where it was not calibrated 0.44
   */
  readonly minEvidence?: number | undefined
  /** How many places an answer without a generator quotes at most, 1 … 10: each a few sentences, or a row. A second has to be nearly as good as the first. @default 2 */
  readonly maxSentences?: number | undefined
  /** The text of the answer that the documents do not say. @default 'The documents do not answer this.' */
  readonly refusal?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A further statement must score at least this share of the best one. */
const NEARLY = 0.85
/** UTF-16 code units of all that is quoted, unless the first place alone has more. */
const MOST_QUOTED = 400
/** Evidence that is enough where nothing was learned of the library (measured with the built-in model). */
const ENOUGH = 0.44

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
  const { minEvidence, maxSentences = 2 } = options
  if (minEvidence !== undefined && !(minEvidence >= 0 && minEvidence <= 1))
    throw outOfRange('minEvidence', 'a number from 0 to 1', minEvidence)
  if (!Number.isInteger(maxSentences) || maxSentences < 1 || maxSentences > 10) {
    throw outOfRange('maxSentences', 'an integer from 1 to 10', maxSentences)
  }
  options.signal?.throwIfAborted()
  const parts = options.generator ? generated(question, options.generator, options) : extracted(question, options, maxSentences)
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
async function* extracted(question: string, options: AnswerOptions, maxSentences: number): AsyncGenerator<Part, void, void> {
  const { statements, lacksName } = await rankStatements(question, options.context, options)
  const [best] = statements
  if (best === undefined || (lacksName && options.minEvidence === undefined)) return
  if (!(await isAnswered(question, best, options))) return
  const quoted: Quote[] = []
  let length = 0
  for (const statement of statements) {
    if (quoted.length === maxSentences || statement.score < NEARLY * best.score) break
    const quote = { passage: statement.passage, ...quoteOf(statement, statements) }
    if (quoted.some((other) => overlap(other, quote))) continue
    length += quote.end - quote.start
    if (quoted.length > 0 && length > MOST_QUOTED) break
    quoted.push(quote)
    const citation = cite(quoted.length, quote.passage, quote)
    const sentence = citation.quote.replace(/\s+/g, ' ')
    yield { type: 'text', text: `${quoted.length === 1 ? '' : ' '}${sentence} [${citation.number}]` }
    yield { type: 'citation', citation }
  }
}

type Quote = Span & Pick<Statement, 'passage'>

function overlap(one: Quote, other: Quote): boolean {
  return one.passage === other.passage && one.start < other.end && other.start < one.end
}

/** Whether the documents say enough, by what was learned of the library; or by the evidence of the passages, where nothing was. */
async function isAnswered(question: string, best: Statement, options: AnswerOptions): Promise<boolean> {
  const { context, embedder, signal, minEvidence } = options
  const confidence = context.passages[0]!.confidence
  if (confidence !== undefined) return assuranceOf(confidence, best.coverage) >= (minEvidence ?? 0.5)
  const evidence = await measureEvidence(question, context.passages, { embedder, signal })
  return Math.max(...evidence.map(({ total }) => total)) >= (minEvidence ?? ENOUGH)
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
