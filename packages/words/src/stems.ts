import { fold } from './fold.ts'
import { stemEnglish, stemFrench } from './stemmers.ts'

/** Where a dictionary notes its number of a word, so that it need not look the word up again. One at a time does. */
export interface WordNote {
  /** Who noted it; 0 before anyone did. */
  dictionary: number
  term: number
}

/** A word as it is looked up. */
export interface WordForm extends WordNote {
  /** Folded. */
  readonly text: string
  readonly stems: readonly string[]
  /** Where its parts begin, but for the first: those of camelCase. */
  readonly cuts: readonly number[]
  /** What `formsOf` says of it, once it was asked. */
  forms: readonly string[] | undefined
}

// A million words of scientific prose have some fifty thousand different ones. Twice this many forms are kept at most.
const CACHED_FORMS = 65_536
// Longer "words" are hashes and encoded data: they have no stem, and are rarely met again.
const LONGEST_STEMMED = 40
// As many arguments as any engine takes.
const UNITS_PER_PIECE = 1024

// Two generations: what was asked for since the last change of generation survives it.
let young = new Map<string, WordForm>()
let old = new Map<string, WordForm>()

/** The folded form and the stems of a word as it stands in a text. */
export function formOf(written: string): WordForm {
  const known = young.get(written)
  if (known !== undefined) return known
  const key = ownCopy(written)
  if (key.length > LONGEST_STEMMED) return makeForm(key)
  const form = old.get(written) ?? makeForm(key)
  if (young.size >= CACHED_FORMS) {
    old = young
    young = new Map()
  }
  young.set(key, form)
  return form
}

/**
 * What a word is found under: itself (folded), its English stem and its French stem, each once. Two words are the same for a
 * search when they have one of these in common. The stemmers are Snowball's (Porter, "Snowball: A language for stemming
 * algorithms", 2001), applied to the folded word, so that 'impôts', 'impots' and 'IMPÔT' meet.
 */
export function stemsOf(word: string): readonly string[] {
  return formOf(word).stems
}

function makeForm(written: string): WordForm {
  const text = fold(written)
  if (text.length > LONGEST_STEMMED)
    return { dictionary: 0, term: 0, forms: undefined, text, stems: [text], cuts: cutsOf(written) }
  // The English stemmer does not know the genitive.
  const base = text.endsWith("'s") ? text.slice(0, -2) : text
  return {
    dictionary: 0,
    term: 0,
    forms: undefined,
    text,
    stems: [...new Set([text, stemEnglish(base), stemFrench(base)])],
    cuts: cutsOf(written),
  }
}

// Where a part begins: at a capital behind a small letter; at the last of several capitals, where a word goes on from it; between letters and
// digits; in Persian behind a half-space.
const CUT =
  /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|(?<=\p{Script=Arabic}\u200c)/gu
const MAY_BE_CUT = /.\p{Lu}|\p{L}\p{N}|\p{N}\p{L}|\u200c./u
const LONE_LETTER = /^\p{L}\p{Lu}/u
const LONGEST_CUT = 64
/** What has more is a number in another base, or data. */
const MOST_CUTS = 6
const NO_CUTS: readonly number[] = []

/** Where the parts of a name begin, but for the first: of getUserById, of RFC2616. One letter before a capital is no part: iPhone, eBook. */
function cutsOf(written: string): readonly number[] {
  if (written.length > LONGEST_CUT || !MAY_BE_CUT.test(written)) return NO_CUTS
  const first = LONE_LETTER.test(written) ? 2 : 1
  const cuts = Array.from(written.matchAll(CUT), ({ index }) => index).filter((at) => at >= first && at < written.length)
  return cuts.length > MOST_CUTS ? NO_CUTS : cuts
}

// A slice can keep the whole text it was cut from in memory, for as long as the cache keeps the slice.
function ownCopy(slice: string): string {
  const pieces: string[] = []
  for (let start = 0; start < slice.length; start += UNITS_PER_PIECE) {
    const units = Array.from({ length: Math.min(UNITS_PER_PIECE, slice.length - start) }, (_, i) => slice.charCodeAt(start + i))
    pieces.push(String.fromCharCode(...units))
  }
  return pieces.join('')
}
