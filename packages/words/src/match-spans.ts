import type { Match } from '@voisin/spec'
import { editsIn, typingErrors, unitsOf } from './edits.ts'
import { findTerms, type Term, termsAsked } from './find-terms.ts'
import { formsOf, isBeginning, lookupsOf } from './forms.ts'
import { readQuery } from './read-query.ts'
import { contentOf } from './stop-words.ts'

/**
 * Where the words of a query stand in a text, in order, and by what each was found: as it is written, by another form, or, where the text has
 * neither, with typing errors. Identifiers are found whole and in parts. Stop words of the query are passed over, unless it has no others.
 */
export function matchSpans(text: string, query: string): Match[] {
  const { words, wholes } = findTerms(text)
  const terms = [...words, ...wholes]
  const asked = termsAsked(readQuery(query).text)
  const begun = new Set(readQuery(query).begun)
  const found: Match[] = []
  for (const word of new Set([...contentOf(asked.words), ...asked.wholes].map((term) => term.text))) {
    const those = terms.flatMap((term) => matchOf(term, word, begun.has(word)) ?? [])
    found.push(...those)
    if (those.length === 0)
      found.push(...terms.flatMap((term) => (isMistyped(term.text, word) ? [spanOf(term, 'spelling')] : [])))
  }
  return merged(found)
}

/** Undefined where a term is another word. */
function matchOf(term: Term, asked: string, isBegun: boolean): Match | undefined {
  if (term.text === asked) return spanOf(term, 'exact')
  const forms = new Set([term.text, ...formsOf(term.text)])
  const shared = lookupsOf(asked).filter((form) => forms.has(form))
  if (shared.length > 0 && shared.every(isBeginning) && isMistyped(term.text, asked)) return spanOf(term, 'spelling')
  return shared.length > 0 || (isBegun && term.text.startsWith(asked)) ? spanOf(term, 'stem') : undefined
}

function spanOf({ start, end }: Term, by: Match['by']): Match {
  return { start, end, by }
}

function isMistyped(term: string, asked: string): boolean {
  const most = editsIn(asked)
  return most > 0 && editsIn(term) > 0 && typingErrors(unitsOf(asked), unitsOf(term), most) > 0
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
