import type { Query } from '@voisin/spec'
import { contentWords } from '@voisin/words'
import { MOST_WORDS, type UnansweredScores, type Way } from '../retrieve/confidence.ts'
import { queryOf } from '../retrieve/query-of.ts'
import type { LibraryParts, LibraryPayload } from '../stored.ts'
import type { Turns } from '../turns.ts'
import type { SampledChunk } from './sampled-chunks.ts'

/** So many chunks are asked for, in snippets of each length and in each way. */
export const MOST_SNIPPETS = 100
/** Fewer scores say nothing of how they are spread. */
const LEAST_SCORES = 10
/** So many are kept. */
const KEPT_SCORES = 41
const WAYS: readonly Way[] = ['both', 'unsaid', 'words', 'meaning']
/** A word that no text has. */
const UNHEARD = 'qxzvwkjyqhxv'
/** A snippet of fewer words is in many texts by chance. */
const LEAST_REPEATED = 3

/**
 * Learns how well a library answers what it does not answer: it is asked for snippets of its own documents, and what comes first of the *other*
 * documents is noted; by words and meaning also as if no text had any of the words. Where that repeats the snippet it is left out: a text that is there twice answers.
 *
 * @returns Undefined where fewer than 10 snippets told of any length and way.
 */
export async function learnUnanswered(
  chunks: readonly SampledChunk[],
  parts: LibraryParts,
  { signal, turns, report }: { readonly signal?: AbortSignal | undefined; readonly turns: Turns; readonly report: () => void },
): Promise<UnansweredScores | undefined> {
  const call = signal ? { signal } : {}
  const scores = { both: lists(), unsaid: lists(), words: lists(), meaning: lists() }
  for (const chunk of spread(chunks)) {
    signal?.throwIfAborted()
    for (let length = 1; length <= MOST_WORDS; length++) {
      const snippet = snippetOf(chunk.text, length)
      if (snippet === undefined) continue
      // Quotation marks and the like say something in a question.
      const both = await queryOf(snippet.replace(/["*]|(?<!\S)-/g, ' '), { ...parts, ...call })
      for (const way of WAYS) {
        const query = askedBy(way, both)
        const score = query && (await bestOfOthers(snippet, length, chunk.documentId, query, parts, call))
        if (score !== undefined) scores[way][length - 1]!.push(score)
      }
      await turns.next()
    }
    report()
  }
  const learned = {
    both: scores.both.map(kept),
    unsaid: scores.unsaid.map(kept),
    words: scores.words.map(kept),
    meaning: scores.meaning.map(kept),
  }
  return WAYS.some((way) => learned[way].some((list) => list.length > 0)) ? learned : undefined
}

function lists(): number[][] {
  return Array.from({ length: MOST_WORDS }, () => [])
}

function spread(chunks: readonly SampledChunk[]): SampledChunk[] {
  const step = Math.max(1, chunks.length / MOST_SNIPPETS)
  return Array.from({ length: Math.min(chunks.length, MOST_SNIPPETS) }, (_, i) => chunks[Math.floor(i * step)]!)
}

/** So many words of a text that carry meaning, and what stands between them; somewhere in it, the same place every time. */
function snippetOf(text: string, length: number): string | undefined {
  const words = contentWords(text)
  if (words.length <= length) return undefined
  const first = (text.length * 7 + length * 3) % (words.length - length + 1)
  return text.slice(words[first]!.start, words[first + length - 1]!.end)
}

/** The same question, asked otherwise; undefined where that asks for nothing. */
function askedBy(way: Way, { vector, text, ...rest }: Query<LibraryPayload>): Query<LibraryPayload> | undefined {
  if (way === 'words') return text === undefined ? undefined : { ...rest, text }
  if (vector === undefined) return undefined
  if (way === 'meaning') return { ...rest, vector }
  return { ...rest, vector, ...(way === 'unsaid' ? { text: UNHEARD, knownWords: [UNHEARD] } : text !== undefined && { text }) }
}

/** Undefined where nothing of another document is found, or the snippet itself. */
async function bestOfOthers(
  snippet: string,
  length: number,
  documentId: string,
  query: Query<LibraryPayload>,
  parts: LibraryParts,
  call: { readonly signal?: AbortSignal },
): Promise<number | undefined> {
  // Of each document the best: one is its own.
  const hits = await parts.collection.query({ ...query, groupBy: 'documentId', limit: 2 }, call)
  for (const { payload, score } of hits) {
    if (payload.kind !== 'chunk' || payload.documentId === documentId) continue
    return length >= LEAST_REPEATED && payload.text.includes(snippet) ? undefined : score
  }
  return undefined
}

/** In rising order, evenly spaced; none of too few. */
function kept(scores: readonly number[]): number[] {
  if (scores.length < LEAST_SCORES) return []
  const sorted = [...scores].sort((a, b) => a - b)
  const count = Math.min(sorted.length, KEPT_SCORES)
  return Array.from({ length: count }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (count - 1))]!)
}
