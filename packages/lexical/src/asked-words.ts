import type { Span } from '@voisin/spec'
import { contentOf, isStopWord, type Term, termsAsked } from '@voisin/words'
import type { Dictionary, Spelling } from './dictionary.ts'
import { beginningHash, pairOf } from './pair-sketches.ts'
import type { Level } from './query-scores.ts'

// Of a word of the query, beside 1 for the others. (0 finds less where documents are questions themselves, 1 less everywhere else.)
const STOP_WORD_WEIGHT = 0.25
// Of the parts of a name that some document has, however it is written there: the name says the most of it itself.
const PART_WEIGHT = 0.5
// Of what both words say: what it is worth that they stand together (measured: docs/decisions/0017-finding.md), and where one is a stop word.
const PAIR_WEIGHT = 0.15
const STOP_PAIR_SHARE = 0.5
// Of a longer query all pairs together are worth what so many are: of a paragraph many stand together by chance.
const MOST_PAIRS = 8
// How many times as much where all of the query stands together.
const WHOLE_QUERY = 3
/** What of a version says no more than that it is one, before its numbers. */
const VERSION_MARK = /^v\p{N}+(?=(?:\.\p{N}+)+)/u
/** Words of a query that can be told apart by marks. */
export const MARKS = 32

/** A word of a query, and what stands for it. */
export interface AskedWord {
  readonly levels: readonly Level[]
  weight: number
}

/** Of a word of the query that some document has. */
export interface FoundWord {
  /** How many have it. */
  readonly documents: number
  readonly idf: number
  readonly mark: number
}

/** Two words that stand together in the query. */
export interface AskedPair {
  readonly pair: number
  /** What a document gains that has them so. */
  readonly gain: number
  /** Marks of both words, see `QueryScores`. */
  readonly marks: number
}

/** The pairs of a query. */
export interface AskedPairs {
  readonly pairs: readonly AskedPair[]
  /** What a document gains for all of them together. */
  readonly all: number
  /** What it gains where they are the whole query: that much. Else `all`. */
  readonly most: number
}

/** What the postings say of a term. */
export interface TermFacts {
  /** Whether a live document has it. */
  isLive(term: number): boolean
  /** In how many live documents one stands before the other, of those that have the rarer one, as far as anyone looks. */
  countNeighbours(one: number, other: number): number
}

export interface WordsAsked {
  /** As they are looked for, in order. */
  readonly words: readonly Term[]
  /** Of these, function words. */
  readonly stops: ReadonlySet<string>
  /** Each once, with what stands for it. */
  readonly asked: ReadonlyMap<string, AskedWord>
  /**
   * How many of the words that say something some document has, 0 … 1; a word that is only begun like one counts half. Where it is known which
   * are spelled as they are meant, the others count as had: of what nobody has heard of, nobody else says more. To be multiplied by
   * {@link languageFit}.
   */
  readonly covered: number
}

/** What a query asks of an index. */
export function wordsAsked(
  text: string,
  spelling: Spelling,
  dictionary: Dictionary,
  { isLive, countNeighbours }: TermFacts,
): WordsAsked {
  const { words: written, wholes } = termsAsked(text)
  const words: Term[] = []
  // As the query's language has them, where it shows.
  const content = new Set(contentOf(written).map((word) => word.text))
  const stops = new Set([
    ...written.flatMap(({ text }) => (content.has(text) || spelling.begun?.has(text) ? [] : [text])),
    ...wholes.flatMap(({ text }) => (isStopWord(text) ? [text] : versionMark(text))),
  ])
  const asked = new Map<string, AskedWord>()
  const ask = (word: string, levelsOf: () => readonly Level[], usualWeight = 1) => {
    const weight = stops.has(word) ? STOP_WORD_WEIGHT : usualWeight
    const known = asked.get(word) ?? { levels: levelsOf(), weight: 0 }
    asked.set(word, known)
    known.weight += weight
    return known.levels
  }
  const levelsOf = (word: string, within: readonly number[] = []) =>
    dictionary.levelsOf(word, { isStop: stops.has(word), within }, spelling, isLive)
  const found = wholes.map((whole) => ({ ...whole, levels: levelsOf(whole.text) }))
  const withinOf = termsWithin(written, found)
  let isLacking = false
  let covered = 0
  let meant = 0
  for (const [i, word] of written.entries()) {
    const wasLacking = isLacking
    // What has a name, however it is written, has its parts.
    const within = withinOf[i]!
    const [closest] = ask(word.text, () => levelsOf(word.text, within), within.length > 0 ? PART_WEIGHT : 1)
    // Words that only begin like it are others, perhaps.
    isLacking = closest === undefined || closest.share < 1
    const isUnheard = spelling.known?.has(word.text) === false
    if (!stops.has(word.text)) {
      meant++
      covered += isUnheard ? 1 : closest === undefined ? 0 : closest.share < 1 ? 0.5 : 1
    }
    const halves = isLacking && !stops.has(word.text) ? dictionary.halvesOf(word.text, countNeighbours) : undefined
    for (const half of halves ?? []) ask(half, () => levelsOf(half))
    if (halves !== undefined && !isUnheard && !stops.has(word.text)) covered += closest === undefined ? 1 : 0.5
    if (halves === undefined) words.push(word)
    else words.push({ ...word, text: halves[0], end: word.start }, { ...word, text: halves[1] })
    const before = written[i - 1]
    if (before === undefined || !(isLacking || wasLacking) || text.slice(before.end, word.start) !== ' ') continue
    const joined = before.text + word.text
    const levels = dictionary.levelsOfJoined(joined, isLive)
    if (levels.length > 0) ask(joined, () => levels)
  }
  for (const whole of found) ask(whole.text, () => whole.levels)
  return { words, stops, asked, covered: meant === 0 ? 1 : covered / meant }
}

/** Among so few documents the function words of their language may lack. */
const FEWEST_DOCUMENTS = 50
/** Of the documents: a function word that fewer have is one of another language. */
const USUAL = 1 / 50
/** Of a query's words: where fewer are function words they do not show its language, and may be nouns of another one. */
const FEWEST_STOPS = 0.3

/**
 * How surely a query is in a language of the texts, by its function words, ½ … 1: where the texts have none of these, other words of it that they
 * have are half as sure, since names and cognates are in all languages.
 *
 * @param found Of the query's words.
 */
export function languageFit(
  { words, stops, asked }: WordsAsked,
  found: ReadonlyMap<string, FoundWord>,
  liveCount: number,
): number {
  const frequencies = [...stops].filter((word) => asked.has(word)).map((word) => found.get(word)?.documents ?? 0)
  if (frequencies.length < 2 || frequencies.length < FEWEST_STOPS * words.length || liveCount < FEWEST_DOCUMENTS) return 1
  const usual = frequencies.filter((documents) => documents >= USUAL * liveCount)
  return (1 + usual.length / frequencies.length) / 2
}

function versionMark(whole: string): string[] {
  const mark = VERSION_MARK.exec(whole)
  return mark === null ? [] : ['v', mark[0]]
}

/** The terms that are a word in some spelling, without those that only begin so. */
function closestOf(levels: readonly Level[]): readonly number[] {
  return levels.flatMap(({ terms, share }) => (share === 1 ? terms : []))
}

/** For each word the terms of the wholes that it is a part of. @param words In order. */
function termsWithin(words: readonly Span[], wholes: readonly (Span & { readonly levels: readonly Level[] })[]): number[][] {
  const within: number[][] = words.map(() => [])
  for (const { start, end, levels } of wholes) {
    const terms = closestOf(levels)
    for (let i = firstFrom(words, start); terms.length > 0 && i < words.length && words[i]!.end <= end; i++)
      if (words[i]!.end - words[i]!.start < end - start) within[i]!.push(...terms)
  }
  return within
}

/** Where the first word is that begins at a place or behind it. */
function firstFrom(words: readonly Span[], start: number): number {
  let low = 0
  let high = words.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (words[middle]!.start < start) low = middle + 1
    else high = middle
  }
  return low
}

/** Neighbours of the query, and what a document gains that has them. */
export function pairsAsked({ words, stops }: WordsAsked, found: ReadonlyMap<string, FoundWord>, liveCount: number): AskedPairs {
  const pairs = new Map<number, AskedPair>()
  // Where the words had nothing to do with one another, so many documents would have the pair.
  const most = Math.log(1 + 2 * liveCount)
  let isWhole = words.length > 1
  for (let i = 1; i < words.length; i++) {
    const [one, other] = [words[i - 1]!.text, words[i]!.text]
    const [first, second] = [found.get(one), found.get(other)]
    const isApart = words[i]!.start >= words[i - 1]!.end
    isWhole &&= isApart && first !== undefined && second !== undefined
    if (!first?.mark || !second?.mark || !isApart) continue
    const weight = stops.has(one) || stops.has(other) ? PAIR_WEIGHT * STOP_PAIR_SHARE : PAIR_WEIGHT
    const pair = pairOf(beginningHash(one), beginningHash(other))
    pairs.set(pair, { pair, gain: weight * Math.min(first.idf + second.idf, most), marks: first.mark | second.mark })
  }
  const share = Math.min(1, MOST_PAIRS / pairs.size)
  const shared = [...pairs.values()].map((pair) => ({ ...pair, gain: share * pair.gain }))
  const all = shared.reduce((sum, { gain }) => sum + gain, 0)
  return { pairs: shared, most: isWhole ? all * WHOLE_QUERY : all, all }
}
