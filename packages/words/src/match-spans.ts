import type { Match } from '@voisin/spec'
import { editsIn, typingErrors, unitsOf } from './edits.ts'
import { findTerms, type Term } from './find-terms.ts'
import { formsOf, lookupsOf } from './forms.ts'
import { readQuery } from './read-query.ts'
import { contentOf } from './stop-words.ts'

/**
 * Where the words of a query stand in a text, in order, and by what each was found: as it is written, by another form, or, where the text has
 * neither, with typing errors. Identifiers are found whole and in parts. Stop words of the query are passed over, unless it has no others.
 */
export function matchSpans(text: string, query: string): Match[] {
  const { words, wholes } = findTerms(text)
  const terms = [...words, ...wholes]
  const asked = findTerms(readQuery(query).text)
  const begun = new Set(readQuery(query).begun)
  const found: Match[] = []
  for (const word of new Set([...contentOf(asked.words), ...asked.wholes].map((term) => term.text))) {
    const lookups = new Set(lookupsOf(word))
    const isOne = (term: Term) => lookups.has(term.text) || formsOf(term.text).some((form) => lookups.has(form))
    const those = terms.filter((term) => isOne(term) || (begun.has(word) && term.text.startsWith(word)))
    for (const term of those) found.push(matchOf(term, term.text === word ? 'exact' : 'stem'))
    if (those.length === 0) for (const term of mistypedIn(terms, word)) found.push(matchOf(term, 'spelling'))
  }
  return merged(found)
}

function matchOf({ start, end }: Term, by: Match['by']): Match {
  return { start, end, by }
}

function mistypedIn(terms: readonly Term[], asked: string): Term[] {
  const most = editsIn(asked)
  if (most === 0) return []
  const units = unitsOf(asked)
  return terms.filter(({ text }) => editsIn(text) > 0 && typingErrors(units, unitsOf(text), most) > 0)
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
