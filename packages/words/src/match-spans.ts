import type { Match } from '@voisin/spec'
import { editsIn, typingErrors, unitsOf } from './edits.ts'
import { findTerms, type Term, termsAsked } from './find-terms.ts'
import { formsOf, isBeginning, lookupsOf } from './forms.ts'
import { readQuery } from './read-query.ts'
import { contentOf } from './stop-words.ts'

/**
 * Where the words of a query stand in a text, in order, and by what each was found: as it is written, by another form, or, where the text has
 * neither, with typing errors, a space too many or too few. While the query is typed, its last word may go on. Identifiers are found whole and in parts. Stop words of the query are passed over, unless it has no others.
 */
export function matchSpans(text: string, query: string, { asYouType = false }: { readonly asYouType?: boolean } = {}): Match[] {
  const { words, wholes } = findTerms(text)
  const terms = [...words, ...wholes]
  const read = readQuery(query, { asYouType })
  const asked = termsAsked(read.text)
  const begun = new Set(read.begun)
  const found: Match[] = []
  const lacking = new Set<string>()
  for (const word of new Set([...[...contentOf(asked.words), ...asked.wholes].map((term) => term.text), ...begun])) {
    const those = terms.flatMap((term) => matchOf(term, word, begun.has(word)) ?? [])
    found.push(...those)
    if (those.length > 0) continue
    lacking.add(word)
    found.push(
      ...terms.flatMap((term) => (isMistyped(term.text, word) ? [spanOf(term, 'spelling')] : [])),
      ...halves(words, word),
    )
  }
  for (const [i, { text: other }] of asked.words.entries()) {
    const one = asked.words[i - 1]?.text
    if (one === undefined || !(lacking.has(one) || lacking.has(other))) continue
    found.push(...terms.flatMap((term) => (matchOf(term, one + other, false) === undefined ? [] : [spanOf(term, 'spelling')])))
  }
  return merged(found)
}

/** Where two words of a text make one of the query, with nothing but a space between them. */
function halves(words: readonly Term[], asked: string): Match[] {
  return words.flatMap((word, i) => {
    const before = words[i - 1]
    const isOne = before !== undefined && word.start === before.end + 1 && before.text + word.text === asked
    return isOne ? [{ start: before.start, end: word.end, by: 'spelling' as const }] : []
  })
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
