import { isVoisinError, type LongCallOptions, type Progress } from '@voisin/spec'
import { embedChunk } from '../ingest/titled.ts'
import { knownWords, weightOfMeaning } from '../retrieve/weight-of-meaning.ts'
import { type ChunkPayload, type LibraryParts, pointsWhere } from '../stored.ts'
import { Turns } from '../turns.ts'
import { type Calibration, writeCalibration } from './calibration.ts'
import { type PseudoQuestion, pseudoQuestionsOf } from './pseudo-question.ts'
import { SampledWords } from './sampled-words.ts'

/** Of so many chunks questions are made, two of each. */
const MOST_ASKED = 200
/** Questions of fewer chunks say nothing. */
const LEAST_CHUNKS = 20
/** Chunks among which those of the questions have to be found. */
const MOST_CHUNKS = 1_000
const WEIGHTS: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
/** What a weight has to bring: where the questions do not say, words are the safer. */
const COST = 0.01
const RANKS = 10
/** A field that chunks alone have, which no type of all points knows. */
const EMBEDDED = 'embedded' as 'hash'

interface SampledChunk {
  readonly headings: readonly string[]
  readonly text: string
  readonly vector: Float32Array
}

/**
 * Finds out what weight meaning should have against words in this library, and keeps it there. Sentences are taken out of some chunks; with each
 * weight, a search that was given the sentence has to find what is left of its chunk. Works in short slices and holds no one up; takes two
 * embeddings for each question.
 *
 * @returns Undefined, and nothing is kept, where fewer than 20 of the chunks are long enough.
 */
export async function calibrate(options: LibraryParts & LongCallOptions): Promise<Calibration | undefined> {
  const { embedder, collection, signal, onProgress } = options
  const call = signal ? { signal } : {}
  const chunkCount = await collection.count({ kind: 'chunk' }, { ...call, consistency: 'latest' })
  const chunks = await sampleChunks({ collection }, call)
  const turns = new Turns()
  const words = new SampledWords()
  const questions: (PseudoQuestion & { readonly chunk: number })[] = []
  for (const [chunk, { headings, text }] of chunks.entries()) {
    signal?.throwIfAborted()
    words.add([...headings, text].join('\n'))
    const made = questions.length < 2 * MOST_ASKED ? pseudoQuestionsOf(text, chunk) : []
    for (const question of made) questions.push({ ...question, chunk })
    await turns.next()
  }
  if (questions.length < 2 * LEAST_CHUNKS) return undefined

  const quality = new Float64Array(WEIGHTS.length)
  const report = reporter(questions.length, onProgress)
  for (const [done, { question, rest, chunk }] of questions.entries()) {
    signal?.throwIfAborted()
    const { headings } = chunks[chunk]!
    const embedded = await embedBoth(question, { headings, text: rest }, embedder, call)
    if (embedded !== undefined) {
      const known = (await knownWords(question, embedder))?.share ?? 1
      const byWords = standard(words.scores(question, { text: chunk, as: [...headings, rest].join('\n') }))
      const byMeaning = standard(cosines(embedded.query, chunks, chunk, embedded.rest))
      for (const [i, weight] of WEIGHTS.entries()) quality[i]! += gain(chunk, byWords, byMeaning, weightOfMeaning(weight, known))
    }
    report(done + 1)
    await turns.next()
  }
  const worth = WEIGHTS.map((weight, i) => quality[i]! / questions.length - COST * weight)
  const meaning = WEIGHTS[worth.indexOf(Math.max(...worth))]!
  const calibration = { meaning, chunks: chunkCount, calibratedAt: new Date() }
  await writeCalibration({ embedder, collection }, calibration, call)
  return calibration
}

/** Chunks of different texts, the same in every tab: hashes are as good as random. */
async function sampleChunks(
  { collection }: Pick<LibraryParts, 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<SampledChunk[]> {
  const facets = await collection.facet(EMBEDDED, { kind: 'chunk' }, call)
  const hashes = facets.map(({ value }) => String(value)).sort()
  const sampled = hashes.slice(0, MOST_CHUNKS)
  const found = new Map<string, SampledChunk>()
  const filter = pointsWhere({ kind: 'chunk', embedded: { $in: sampled } })
  for await (const { payload, vector } of collection.scroll({ ...call, filter, withVector: true })) {
    const { embedded, headings, text } = payload as ChunkPayload
    if (vector !== undefined) found.set(embedded, { headings, text, vector })
  }
  return sampled.flatMap((hash) => found.get(hash) ?? [])
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

function reporter(total: number, onProgress: ((progress: Progress) => void) | undefined): (done: number) => void {
  const started = performance.now()
  return (done) => {
    const msLeft = ((performance.now() - started) / done) * (total - done)
    onProgress?.({ phase: 'calibrate', done, total, unit: 'texts', msLeft })
  }
}
