import type { Span } from '@voisin/spec'
import { dateAt } from './dates.ts'
import { fold } from './fold.ts'
import { scan } from './scan.ts'
import { formOf, type WordNote } from './stems.ts'
import { unitsOf } from './units.ts'
import { canonicalWhole, jointBetween, LONGEST_WHOLE, prefixBefore, suffixAfter } from './wholes.ts'

/** What an index counts in a text: `[start, end)` in UTF-16 code units of it. */
export interface Term extends Span {
  /** Folded; see {@link formsOf} for what else it is found under. */
  readonly text: string
  /** Of words that are met again. */
  readonly note?: WordNote
}

export interface Terms {
  /**
   * In order: words; the parts of identifiers; of scripts without spaces each two neighbouring letters, so that nobody needs the same
   * dictionary to find them again. The latter overlap.
   */
  readonly words: readonly Term[]
  /** Identifiers, numbers and other words that are joined by signs or by capitals, each as a whole, beside its parts. */
  readonly wholes: readonly Term[]
}

/**
 * Finds what an index counts in a text. `getUserById` has the words get, user, by, id and the whole getuserbyid; `wi-fi` has wi, fi and
 * wi-fi; `src/main.ts` has three words and the wholes main.ts and src/main.ts.
 *
 * Linear in the length of the text.
 */
export function findTerms(text: string): Terms {
  const words: Term[] = []
  const wholes: Term[] = []
  // What stands together: where it begins, where the last of it that is joined closely does, where it ends; and whether that are several runs.
  let chain = -1
  let tight = -1
  let end = -1
  let isLoose = false
  let isJoined = false
  const endTight = () => {
    if (end >= 0) pushWhole(wholes, text, tight, end, isJoined)
    isJoined = false
  }
  const endChain = () => {
    endTight()
    if (isLoose) pushWhole(wholes, text, chain, end, true)
    isLoose = false
    end = -1
  }
  scan(text, {
    letters: (from, to) => {
      const joint = end < 0 ? undefined : jointBetween(text, end, from)
      if (joint === 'tight') isJoined = true
      else if (joint === 'loose') {
        endTight()
        isLoose = true
        tight = from
      } else {
        endChain()
        chain = from
        tight = from
      }
      end = to
      pushParts(words, wholes, text, from, to)
      const date = dateAt(text, from)
      if (date !== undefined) wholes.push({ text: date.day, start: date.start, end: date.end })
    },
    unspaced: (from, to) => {
      endChain()
      pushPairs(words, text, from, to)
    },
    symbol: (from, to) => void words.push({ text: text.slice(from, to), start: from, end: to }),
  })
  endChain()
  return { words, wholes }
}

/** The terms of a query: of one that has none, as `++`, the signs themselves. */
export function termsAsked(query: string): Terms {
  const terms = findTerms(query)
  const signs = query.trim()
  if (terms.words.length > 0 || signs === '') return terms
  const start = query.indexOf(signs)
  return { words: [{ text: signs, start, end: start + signs.length }], wholes: [] }
}

/** Pushes a run of letters, in parts where its case tells them. */
function pushParts(words: Term[], wholes: Term[], text: string, start: number, end: number): void {
  const form = formOf(text.slice(start, end))
  if (form.text === '') return
  const whole = { text: form.text, start, end, note: form }
  if (form.cuts.length === 0) {
    words.push(whole)
    return
  }
  wholes.push(whole)
  let from = start
  for (const cut of [...form.cuts, end - start]) {
    const part = fold(text.slice(from, start + cut))
    if (part !== '') words.push({ text: part, start: from, end: start + cut })
    from = start + cut
  }
}

function pushPairs(words: Term[], text: string, start: number, end: number): void {
  const units = unitsOf(text.slice(start, end))
  const place = (unit: Span) => ({ start: start + unit.start, end: start + unit.end })
  if (units.length === 1) words.push({ text: units[0]!.text, ...place(units[0]!) })
  for (let i = 1; i < units.length; i++) {
    const [one, other] = [units[i - 1]!, units[i]!]
    words.push({ text: one.text + other.text, ...place({ start: one.start, end: other.end }) })
  }
}

/** Pushes what stands together, where it is more than a run of letters. */
function pushWhole(wholes: Term[], text: string, from: number, to: number, isJoined: boolean): void {
  const start = from - prefixBefore(text, from)
  const end = to + suffixAfter(text, to)
  if (end - start > LONGEST_WHOLE || (!isJoined && end - start === to - from)) return
  wholes.push({ text: canonicalWhole(text.slice(start, end)), start, end })
}
