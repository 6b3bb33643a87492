import { isVoisinError, type LongCallOptions, type Progress } from '@voisin/spec'
import { embedChunk } from '../ingest/titled.ts'
import { knownWords, USUAL_MEANING, weightOfMeaning } from '../retrieve/weight-of-meaning.ts'
import type { LibraryParts } from '../stored.ts'
import { Turns } from '../turns.ts'
import { type Calibration, writeCalibration } from './calibration.ts'
import { type PseudoQuestion, pseudoQuestionsOf } from './pseudo-question.ts'
import { type SampledChunk, sampleChunks } from './sampled-chunks.ts'
import { SampledWords } from './sampled-words.ts'
import { learnUnanswered, MOST_SNIPPETS } from './unanswered.ts'

/** Of so many chunks questions are made, two of each. */
const MOST_ASKED = 200
/** Fewer chunks say nothing. */
const LEAST_CHUNKS = 20
/** By fewer questions no weight is told from another. */
const LEAST_ASKED = 100
const WEIGHTS: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
/** What a weight has to bring: where the questions do not say, words are the safer. */
const COST = 0.01
/** Of the quality, as far as so few questions tell it: by chance two weights are so much apart. */
const SPREAD = 0.01
/** Of an embedder that cannot tell. */
const ALL_KNOWN = { share: 1, named: 0 }
const RANKS = 10

/** A question, and of which chunk it was made. */
interface Asked extends PseudoQuestion {
  readonly chunk: number
}

interface Work {
  readonly call: { readonly signal?: AbortSignal }
  readonly turns: Turns
  readonly report: () => void
}

/**
 * Finds out two things about a library, and keeps them there. What weight meaning should have against words: sentences are taken out of some chunks, and with each weight a
 * search that was given the sentence has to find what is left of its chunk. And how far hits have to stand out: the library is asked what it does not answer (see
 * `learnUnanswered`). Works in short slices and holds no one up; takes about two thousand embeddings.
 *
 * @returns Undefined, and nothing is kept, where there are fewer than 20 chunks. The weight is the usual one, .5, where fewer than 50 are long enough.
 */
export async function calibrate(options: LibraryParts & LongCallOptions): Promise<Calibration | undefined> {
  const { embedder, collection, signal, onProgress } = options
  const call = signal ? { signal } : {}
  const chunkCount = await collection.count({ kind: 'chunk' }, { ...call, consistency: 'latest' })
  const chunks = await sampleChunks({ collection }, call)
  if (chunks.length < LEAST_CHUNKS) return undefined
  const turns = new Turns()
  const { words, questions } = await questionsOf(chunks, turns, signal)
  const report = reporter(questions.length + Math.min(chunks.length, MOST_SNIPPETS), onProgress)
  const weight = await weigh(questions, words, chunks, embedder, { call, turns, report })
  const meaning = weight ?? USUAL_MEANING
  const weighted = { embedder, collection, calibration: { meaning, chunks: chunkCount, calibratedAt: new Date() } }
  const unanswered = await learnUnanswered(chunks, weighted, { signal, turns, report })
  if (weight === undefined && unanswered === undefined) return undefined
  const calibration = { ...weighted.calibration, ...(unanswered && { unanswered }) }
  await writeCalibration({ embedder, collection }, calibration, call)
  return calibration
}

async function questionsOf(
  chunks: readonly SampledChunk[],
  turns: Turns,
  signal: AbortSignal | undefined,
): Promise<{ readonly words: SampledWords; readonly questions: readonly Asked[] }> {
  const words = new SampledWords()
  const questions: Asked[] = []
  for (const [chunk, { headings, text }] of chunks.entries()) {
    signal?.throwIfAborted()
    words.add([...headings, text].join('\n'))
    const made = questions.length < 2 * MOST_ASKED ? pseudoQuestionsOf(text, chunk) : []
    for (const question of made) questions.push({ ...question, chunk })
    await turns.next()
  }
  return { words, questions: questions.length < LEAST_ASKED ? [] : questions }
}

/**
 * The weight with which questions find best: the mean of all, those counting more with which they find better, since the best alone is chance where
 * many are as good. Undefined where there are no questions.
 */
async function weigh(
  questions: readonly Asked[],
  words: SampledWords,
  chunks: readonly SampledChunk[],
  embedder: LibraryParts['embedder'],
  { call, turns, report }: Work,
): Promise<number | undefined> {
  if (questions.length === 0) return undefined
  const quality = new Float64Array(WEIGHTS.length)
  for (const { question, rest, chunk } of questions) {
    call.signal?.throwIfAborted()
    const { headings } = chunks[chunk]!
    const embedded = await embedBoth(question, { headings, text: rest }, embedder, call)
    if (embedded !== undefined) {
      const known = (await knownWords(question, embedder)) ?? ALL_KNOWN
      const byWords = standard(words.scores(question, { text: chunk, as: [...headings, rest].join('\n') }))
      const byMeaning = standard(cosines(embedded.query, chunks, chunk, embedded.rest))
      for (const [i, weight] of WEIGHTS.entries()) quality[i]! += gain(chunk, byWords, byMeaning, weightOfMeaning(weight, known))
    }
    report()
    await turns.next()
  }
  const worth = WEIGHTS.map((weight, i) => quality[i]! / questions.length - COST * weight)
  const best = Math.max(...worth)
  const shares = worth.map((each) => Math.exp((each - best) / SPREAD))
  const sum = shares.reduce((a, b) => a + b)
  const mean = WEIGHTS.reduce((total, weight, i) => total + (weight * shares[i]!) / sum, 0)
  return Math.round(100 * mean) / 100
}

/** Undefined where the model knows nothing of one of them. */
async function embedBoth(
  question: string,
  rest: Pick<SampledChunk, 'headings' | 'text'>,
  embedder: LibraryParts['embedder'],
  call: { readonly signal?: AbortSignal },
): Promise<{ readonly query: Float32Array; readonly rest: Float32Array } | undefined> {
  try {
    const query = await embedder.embedQuery(question, call)
    return { query, rest: await embedChunk(rest, embedder, call) }
  } catch (error) {
    if (isVoisinError(error) && error.code === 'empty-text') return undefined
    throw error
  }
}

/** How near each chunk is, where one is taken for what is left of it. */
function cosines(query: Float32Array, chunks: readonly SampledChunk[], one: number, rest: Float32Array): Float64Array {
  return Float64Array.from(chunks, ({ vector }, chunk) => {
    const other = chunk === one ? rest : vector
    let dot = 0
    for (let i = 0; i < query.length; i++) dot += query[i]! * other[i]!
    return dot
  })
}

/** Standard scores, as searches fuse them. */
function standard(scores: Float64Array): Float64Array {
  let sum = 0
  let squares = 0
  for (const score of scores) {
    sum += score
    squares += score * score
  }
  const mean = sum / scores.length
  const deviation = Math.sqrt(Math.max(0, squares / scores.length - mean * mean))
  return scores.map((score) => (deviation > 1e-6 * Math.abs(mean) ? (score - mean) / deviation : 0))
}

/** 1 where the answer comes first, less the later it comes, 0 where it is not among the first ten. */
function gain(answer: number, words: Float64Array, meaning: Float64Array, weight: number): number {
  const fused = (chunk: number) => (1 - weight) * words[chunk]! + weight * meaning[chunk]!
  const own = fused(answer)
  let rank = 0
  for (let chunk = 0; chunk < words.length; chunk++) if (fused(chunk) > own) rank++
  return rank < RANKS ? 1 / Math.log2(rank + 2) : 0
}

function reporter(total: number, onProgress: ((progress: Progress) => void) | undefined): () => void {
  const started = performance.now()
  let done = 0
  return () => {
    done++
    const msLeft = ((performance.now() - started) / done) * (total - done)
    onProgress?.({ phase: 'calibrate', done, total, unit: 'texts', msLeft })
  }
}
