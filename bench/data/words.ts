const SYLLABLES = ['ba', 'lo', 'mi', 'ten', 'ra', 'vus', 'ke', 'dor', 'san', 'pli']
const WORDS = 20_000

/** A made-up word for each rank. */
export function wordOf(rank: number): string {
  return Array.from(String(rank).padStart(3, '0'), (digit) => SYLLABLES[Number(digit)]).join('')
}

/** A word for a number from 0 up to 1, by a law like that of language: a few are everywhere, most are rare. */
export function wordAt(uniform: number): string {
  return wordOf(Math.floor(WORDS ** uniform))
}
