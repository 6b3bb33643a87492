import type { Match } from '@voisin/spec'
import { compareWith } from './compare-with.ts'
import { findTerms, type Term, termsAsked } from './find-terms.ts'
import { readQuery } from './read-query.ts'
import { contentOf } from './stop-words.ts'

interface Options {
  readonly asYouType?: boolean
}

/**
 * Where the words of a query stand in a text, in order, and by what each was found: as it is written, by another form, or, where the text has
 * neither, with typing errors, a space too many or too few. While the query is typed, its last word may go on. Identifiers are found whole and in parts. Stop words of the query are passed over, unless it has no others.
 */
export function matchSpans(text: string, query: string, options: Options = {}): Match[] {
  return createMarker(query, options)(text)
}

/** {@link matchSpans} of one query in many texts, which is read once; and so is each word that the texts share. */
export function createMarker(query: string, { asYouType = false }: Options = {}): (text: string) => Match[] {
  const read = readQuery(query, { asYouType })
  const asked = termsAsked(read.text)
  const content = [...withoutLetters(contentOf(asked.words), asked.wholes), ...asked.wholes].map((term) => term.text)
  const words = [...new Set([...content, ...read.begun])]
  const joined = pairsOf(asked.words)
  const find = compareWith([...words, ...joined.map((pair) => pair.join(''))], new Set(read.begun))
  return (text) => {
    const terms = findTerms(text)
    const known = [...terms.words, ...terms.wholes].flatMap((term) => {
      const found = find(term.text)
      return found.size === 0 ? [] : [{ term, found }]
    })
    const matches: Match[] = []
    const lacking = new Set<string>()
    for (const [place, word] of words.entries()) {
      const errors: Match[] = []
      const before = matches.length
      for (const { term, found } of known) {
        const by = found.get(place)
        if (by === 'errors') errors.push(spanOf(term, 'spelling'))
        else if (by !== undefined) matches.push(spanOf(term, by))
      }
      if (matches.length === before) matches.push(...errors)
      if (matches.slice(before).some(({ by }) => by === 'exact')) continue
      lacking.add(word)
      const two = halves(terms.words, word)
      const others = matches
        .slice(before)
        .filter((match) => !two.some(({ start, end }) => start <= match.start && match.end <= end))
      matches.splice(before, matches.length, ...others, ...two)
    }
    for (const [i, pair] of joined.entries()) {
      if (!pair.some((word) => lacking.has(word))) continue
      for (const { term, found } of known) {
        if ((found.get(words.length + i) ?? 'errors') !== 'errors') matches.push(spanOf(term, 'spelling'))
      }
    }
    return merged(matches)
  }
}

/** A letter of an identifier says nothing by itself, where more is in it: the E of E-24, the C of C++. */
function withoutLetters(words: readonly Term[], wholes: readonly Term[]): Term[] {
  const isWithin = (word: Term, whole: Term) => whole.start <= word.start && word.end <= whole.end
  return words.filter((word) => word.text.length > 1 || !wholes.some((whole) => isWithin(word, whole)))
}

/** Neighbours in a query, which a text may have as one word. */
function pairsOf(words: readonly Term[]): (readonly [string, string])[] {
  return words.slice(1).map(({ text }, i) => [words[i]!.text, text])
}

/** Where two words of a text make one of the query, with nothing but a space between them. */
function halves(words: readonly Term[], asked: string): Match[] {
  return words.flatMap((word, i) => {
    const before = words[i - 1]
    if (before === undefined || word.start !== before.end + 1 || before.text.length + word.text.length !== asked.length) return []
    return before.text + word.text === asked ? [{ start: before.start, end: word.end, by: 'spelling' as const }] : []
  })
}

function spanOf({ start, end }: Term, by: Match['by']): Match {
  return { start, end, by }
}

const CLOSEST: readonly Match['by'][] = ['exact', 'stem', 'spelling']

/** In order, overlapping ones as one. */
function merged(found: readonly Match[]): Match[] {
  const spans: Match[] = []
  for (const match of [...found].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = spans.at(-1)
    if (last === undefined || match.start >= last.end) {
      spans.push(match)
      continue
    }
    const by = CLOSEST.find((each) => each === last.by || each === match.by)!
    spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, match.end), by }
  }
  return spans
}
