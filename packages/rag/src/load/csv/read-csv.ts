import type { Extracted, Place } from '../extracted.ts'

const DELIMITERS = [',', ';', '\t', '|'] as const
/** So many rows show what separates. */
const SAMPLE_ROWS = 50
const SAMPLE_CHARACTERS = 100_000
/** A cell in quotes ends by here, or its first quote is text. */
const LONGEST_CELL = 1_000_000
/** More rows than this are not places: they would take more room than the text. */
const MOST_PLACES = 200_000

/**
 * Reads comma-separated values, or such with another delimiter: the text stays as it is, each row is a place. A quoted cell may hold line
 * breaks and delimiters.
 */
export function readCsv(source: string): Extracted {
  const text = source.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const delimiter = delimiterOf(text)
  const places: Place[] = []
  for (const { start } of rowsOf(text, delimiter)) {
    if (places.length === MOST_PLACES) return { text, format: 'csv' }
    places.push({ start, row: places.length + 1 })
  }
  return { text, format: 'csv', ...(places.length > 0 && { places }) }
}

/** The delimiter that parts the first rows into the same number of cells, and into the most. */
export function delimiterOf(text: string): string {
  const sample = text.slice(0, SAMPLE_CHARACTERS)
  let best: { delimiter: string; score: number } | undefined
  for (const delimiter of DELIMITERS) {
    const counts = new Map<number, number>()
    let rows = 0
    for (const { cells } of rowsOf(sample, delimiter)) {
      counts.set(cells, (counts.get(cells) ?? 0) + 1)
      if (++rows === SAMPLE_ROWS) break
    }
    let score = 0
    for (const [cells, count] of counts) if (cells > 1) score = Math.max(score, (count / rows) * (1 + Math.min(cells, 50) / 1000))
    if (score > 0 && (!best || score > best.score + 0.02)) best = { delimiter, score }
  }
  return best?.delimiter ?? ','
}

/** Rows that have something in them. */
function* rowsOf(text: string, delimiter: string): Generator<{ readonly start: number; readonly cells: number }> {
  let start = 0
  let cells = 1
  let isCellStart = true
  // Where the search for a quote has found none, a later one will find none either.
  let isUnquoted = false
  for (let at = 0; at <= text.length; at++) {
    const character = text[at]
    if (at === text.length || character === '\n') {
      if (text.slice(start, Math.min(at, start + 64)).trim() !== '' || text.slice(start, at).trim() !== '') yield { start, cells }
      start = at + 1
      cells = 1
      isCellStart = true
    } else if (character === delimiter) {
      cells++
      isCellStart = true
    } else if (character === '"' && isCellStart && !isUnquoted) {
      const end = closingQuote(text, at + 1)
      if (end === undefined) isUnquoted = true
      else at = end
      isCellStart = false
    } else if (character !== ' ') isCellStart = false
  }
}

/** The quote that ends a cell; two of them are one in it. */
function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0 && at - from < LONGEST_CELL; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at
  }
  return undefined
}
