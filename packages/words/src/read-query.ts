import { findTerms } from './find-terms.ts'

/** What a query asks for, sign by sign. */
export interface QueryText {
  /** Its words without the signs, and without those that are left out. */
  readonly text: string
  /** In quotation marks: these words, as they are, one after the other. */
  readonly phrases: readonly string[]
  /** Behind a minus: no such word, no such phrase. */
  readonly excluded: readonly string[]
  /** Folded words that any word may go on from: before a star, or being typed. */
  readonly begun: readonly string[]
}

// A phrase in quotation marks, perhaps behind a minus; else a minus before a word of two letters or more, since -v is a flag, and no number, since
// -18 is one; else a word
// of two letters or more before a star.
const SIGNS =
  /(?<=^|\s)(-?)"([^"]*[\p{L}\p{N}][^"]*)"(?=$|[\s.,;:?!)])|(?<=^|\s)(?<!(?:^|\s)(?:und|oder|sowie|bzw\.?|and|or|och|og|eller|en|of|et|ou|y|o|e|i|и|или)\s)-(?!-|\p{N}[\p{N}.,]*(?:$|\s))([\p{L}\p{N}]\S*[\p{L}\p{N}+#])|([\p{L}\p{N}]{2,})\*(?=$|\s)/giu
/** Quotation marks as telephones and word processors write them. */
const CURLY = /[“”„‟«»]/g
const NONE: readonly string[] = []
/** Part of an identifier that goes on by itself. */
const SHORTEST_BEGUN = 2

/** A question or a passage quotes what others say, and need not be answered in their words. */
const MOST_WORDS = 12
const SENTENCE = /[?!;.؟？！。]\s*(?:$|\s)/u

/**
 * Reads the signs of a query: `"single sign on"`, `-word`, `word*`. In sentences and in long texts they are none, unless all of it stands in
 * quotation marks; a minus is none where nothing else is asked for, or behind an "and" or "or". While it is typed, its last word may go on, too.
 */
export function readQuery(query: string, { asYouType = false }: { readonly asYouType?: boolean } = {}): QueryText {
  const read = readSigns(query)
  if (!asYouType || /\s$/.test(query)) return read
  const { words, wholes } = findTerms(read.text)
  const last = words.at(-1)
  if (last === undefined) return read
  // Of `--no-d` the last letter alone says nothing.
  const whole = wholes.filter(({ start, end }) => end === last.end && start < last.start).map(({ text }) => text)
  const goesOn = whole.length > 0 && last.text.length < SHORTEST_BEGUN ? whole : [...whole, last.text]
  return { ...read, begun: [...read.begun, ...goesOn] }
}

function readSigns(query: string): QueryText {
  const plain = { text: query, phrases: NONE, excluded: NONE, begun: NONE }
  const straight = query.replace(CURLY, '"')
  if (!/["*-]/.test(straight)) return plain
  const isQuoted = /^\s*"[^"]*"[\s?!.]*$/.test(straight)
  if (!isQuoted && (SENTENCE.test(query) || query.split(/\s+/, MOST_WORDS + 1).length > MOST_WORDS)) return plain
  const phrases: string[] = []
  const excluded: string[] = []
  const begun: string[] = []
  const text = straight.replace(SIGNS, (whole, minus?: string, phrase?: string, without?: string, start?: string) => {
    if (phrase !== undefined && minus === '') {
      phrases.push(phrase)
      return phrase
    }
    if (start !== undefined) {
      begun.push(...findTerms(start).words.map((word) => word.text))
      return start
    }
    excluded.push(phrase ?? without ?? whole)
    return ''
  })
  const isOnlyExcluding = excluded.length > 0 && findTerms(text).words.length === 0
  return isOnlyExcluding ? plain : { text, phrases, excluded, begun }
}

/** Whether a text has a phrase: its words as they are written but for case and accents, one after the other. */
export function hasPhrase(text: string, phrase: string): boolean {
  const wanted = findTerms(phrase)
  const { words, wholes } = findTerms(text)
  // C++ and C# have their letter in common.
  const signed = wanted.wholes.filter((whole) => /[+#]$/.test(whole.text))
  if (!signed.every(({ text: name }) => wholes.some((whole) => whole.text === name))) return false
  return words.some((_, at) => wanted.words.every((word, i) => words[at + i]?.text === word.text))
}
