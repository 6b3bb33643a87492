import { writeModel } from './write-model.ts'

const WORDS =
  'a eau l le la les ete coeur oeuvre strasse fi kg ibm 1 2 10 2026 hello world cafe naive creme brulee σοφος σοφοσ москва 日 本 語 ท ก ☃ 😀 deja vu resume istanbul'.split(
    ' ',
  )
const PIECES: [string, number][] = [
  ...Array.from('abcdefghijklmnopqrstuvwxyz0123456789', (letter): [string, number] => [letter, 120]),
  ['th', 90],
  ['the', 95],
  ['ing', 80],
  ['ation', 85],
  ['hello', 100],
  ['world', 110],
  ['é', 10],
  ['ко', 70],
  ['語', 60],
  ['😀', 75],
]

/** Twelve dimensions in two parts; a few dozen words and pieces. */
export const SMALL: Uint8Array = writeModel({ words: WORDS, pieces: PIECES })
/** The shape of the built-in model. */
export const WIDE: Uint8Array = writeModel({
  words: WORDS,
  pieces: PIECES,
  dim: 384,
  parts: 64,
  discount: 0.7,
  spelling: 1,
  seed: 2,
})
/** Odd in every number. */
export const ODD: Uint8Array = writeModel({ words: WORDS, pieces: PIECES, dim: 35, parts: 7, gram: 3, discount: -1, seed: 3 })
