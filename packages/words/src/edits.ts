const LETTERS = /^\p{L}[\p{L}\p{M}]*$/u
const SHORTEST = 4
const LONGEST = 32
const TWO_FROM = 8

/**
 * How many typing errors a folded word may have and still be known: none in short ones, in numbers and in identifiers, one from four letters on, two from
 * eight on.
 */
export function editsIn(word: string): 0 | 1 | 2 {
  if (word.length < SHORTEST || word.length > LONGEST || !LETTERS.test(word)) return 0
  return word.length < TWO_FROM ? 1 : 2
}

/** Shorter words are too near to others that are meant: in these no letter was changed for another, … */
const SHORTEST_CHANGED = 6
/** … and in shorter ones only two were exchanged. */
const SHORTEST_LACKING = 5

/**
 * How many typing errors make the word that was asked for of another.
 * @param asked Code units, see {@link unitsOf}; so is `other`.
 * @param most What `editsIn` says of the word that was asked for.
 * @returns 0 where it is the same, or none that is meant.
 */
export function typingErrors(asked: ArrayLike<number>, other: ArrayLike<number>, most: number): number {
  const edits = editsBetween(asked, other, most)
  if (edits > most || edits === 0) return 0
  if (asked.length >= SHORTEST_CHANGED || isExchange(asked, other)) return edits
  return asked.length >= SHORTEST_LACKING && other.length !== asked.length ? edits : 0
}

/** Of two words that are one edit apart. */
function isExchange(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  let differences = 0
  for (let i = 0; i < a.length; i++) differences += Number(a[i] !== b[i])
  return a.length === b.length && differences === 2
}

/** The code units of a word. */
export function unitsOf(word: string): Uint16Array {
  const units = new Uint16Array(word.length)
  for (let i = 0; i < units.length; i++) units[i] = word.charCodeAt(i)
  return units
}

// Three rows of the table, and room for the longest word and two letters more.
const rows = [0, 1, 2].map(() => new Uint8Array(LONGEST + 4))

/**
 * In how many edits one word becomes another: a letter left out, put in, replaced, or two neighbours exchanged, none of them edited twice (the
 * optimal string alignment: Damerau, "A technique for computer detection and correction of spelling errors", CACM 1964; Wagner, Fischer, JACM 1974).
 *
 * @param a UTF-16 code units, see {@link unitsOf}; so is `b`.
 * @param most Beyond so many nothing is counted.
 * @returns At most `most + 1`.
 */
export function editsBetween(a: ArrayLike<number>, b: ArrayLike<number>, most: number): number {
  const over = most + 1
  if (Math.abs(a.length - b.length) > most || Math.max(a.length, b.length) > LONGEST + 2) return over
  let [beforeLast, last, row] = rows as [Uint8Array, Uint8Array, Uint8Array]
  for (let j = 0; j <= b.length; j++) last[j] = Math.min(j, over)
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - most)
    const to = Math.min(b.length, i + most)
    row[from - 1] = from === 1 ? Math.min(i, over) : over
    let least = row[from - 1]!
    for (let j = from; j <= to; j++) {
      const isSame = a[i - 1] === b[j - 1]
      let edits = last[j - 1]! + Number(!isSame)
      if (row[j - 1]! + 1 < edits) edits = row[j - 1]! + 1
      // Beyond the band nothing was counted.
      if (j < i + most && last[j]! + 1 < edits) edits = last[j]! + 1
      const isExchanged = i > 1 && j > 1 && !isSame && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (isExchanged && beforeLast[j - 2]! + 1 < edits) edits = beforeLast[j - 2]! + 1
      row[j] = Math.min(edits, over)
      if (edits < least) least = edits
    }
    if (least > most) return over
    ;[beforeLast, last, row] = [last, row, beforeLast]
  }
  return last[b.length]!
}
