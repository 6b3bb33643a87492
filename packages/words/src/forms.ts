import { kindOf, UNSPACED } from './character-kinds.ts'
import { formOf } from './stems.ts'
import { unitsOf } from './units.ts'
import { AND_SO_ON, hasSigns, LINE, localNumber, wholeForms } from './wholes.ts'

/** So many letters say what most words are, whatever their endings, in languages whose stems nobody here knows. */
const BEGINNING = 5
/** Where an Arabic word has no article. */
const ARABIC_BEGINNING = 4
const LONGEST = 40
/** What ends a form that stands for words written in different ways. */
const RESPELLED = '~'
/** What ends a form that is a letter of others, in scripts whose words are pairs of letters. */
const AMONG_OTHERS = '…'

const LETTERS = /^\p{L}[\p{L}\p{M}']*$/u
const DIGITS = /^\p{N}+$/u
/** Of a number that was filled up. */
const LEADING_ZEROS = /^0+(?=\p{N}{1,5}$)/u
const ASCII_LETTERS = /^[a-z]+$/
const ARABIC = /\p{Script=Arabic}/u
const HANGUL_BEGINNING = 2
const HANGUL = /^\p{Script=Hangul}+$/u
/** Particles of nouns, the longest first. */
const PARTICLE =
  /(?:에서는|에서도|으로부터|에게서|이라는|이라고|에서|에게|한테|께서|으로|부터|까지|처럼|보다|마다|조차|마저|밖에|이나|이랑|하고|라는|라고|은|는|이|가|을|를|의|에|와|과|도|로|만|나|랑)$/
/** Where a letter is written with a dot below or without. */
const NUKTAS = /[\u093c\u09bc\u0a3c\u0abc\u0b3c]/g
const HEBREW_POINTS = /[\u0591-\u05c7]/g
const ARABIC_VOWELS = /[\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g
const ALEF = /[\u0622\u0623\u0625\u0671]/g
/** And, so; with, like, for; and the article. */
const ARTICLE = /^[\u0648\u0641]?(?:[\u0628\u0643]?\u0627\u0644|\u0644\u0644)/
const TANWIN = /\u064b?\u0627\u064b?$/
/** Letters of Persian and Urdu keyboards, as Arabic ones write them. */
const ARABIC_LETTERS: Readonly<Record<string, string>> = {
  ک: 'ك',
  ی: 'ي',
  ى: 'ي',
  ې: 'ي',
  ہ: 'ه',
  ھ: 'ه',
  ە: 'ه',
  ۀ: 'ه',
  ۃ: 'ه',
}
const HAMZA_SEATS = /[ئؤء]/g
const HEBREW = /^\p{Script=Hebrew}+$/u
/** And, that; the, in, to, as, from. */
const HEBREW_PREFIX = /^(?:[וש]?[הבלכמ]|[וש])(?=.{3,}$)/u

/**
 * What a folded word is found under beside itself, the closest first: its stems (see {@link stemsOf}), other ways to write it, and its
 * beginning. Two words that have a form in common, or one of which is a form of the other, are found by one another. Forms that are no
 * words end in a sign that no word has.
 */
export function formsOf(word: string): readonly string[] {
  // Each is new to most texts: they would take the place of words that are met again.
  if (word.length <= LONGEST && hasSigns(word)) return wholeForms(word)
  const form = formOf(word)
  form.forms ??= makeForms(word, form.stems)
  return form.forms
}

/** What a word of a query is looked for under, the closest first: itself and its forms; a letter of a script without spaces also among others. */
export function lookupsOf(word: string): readonly string[] {
  if (!isUnspaced(word)) return [word, ...formsOf(word)]
  return unitsOf(word).length === 1 ? [word, word + AMONG_OTHERS] : [word]
}

/** Whether a form is all that words have in common: how they begin. */
export function isBeginning(form: string): boolean {
  return form.endsWith(AND_SO_ON)
}

/** Whether a form is all that releases of one line have in common: 1.0 and 1.0.2, where the very one is not there. */
export function isLine(form: string): boolean {
  return form.endsWith(LINE)
}

function makeForms(word: string, stems: readonly string[]): readonly string[] {
  if (word.length > LONGEST) return []
  if (isUnspaced(word)) return unitsOf(word).length === 1 ? [] : unitsOf(word).map(({ text }) => text + AMONG_OTHERS)
  const forms = new Set(stems)
  if (!LETTERS.test(word)) {
    if (/^\p{N}/u.test(word)) forms.add(word.replaceAll("'", ''))
    const local = DIGITS.test(word) ? localNumber(word) : undefined
    if (local !== undefined) forms.add(local)
    if (LEADING_ZEROS.test(word)) forms.add(word.replace(LEADING_ZEROS, ''))
    forms.delete(word)
    return [...forms]
  }
  if (HANGUL.test(word)) return hangulForms(word)
  const bare = ASCII_LETTERS.test(word) ? word : withoutMarks(forms, word)
  respell(forms, bare)
  if (HEBREW.test(bare)) forms.add(bare + RESPELLED).add(bare.replace(HEBREW_PREFIX, '') + RESPELLED)
  const beginning = beginningOf(forms, bare)
  if (beginning !== undefined) forms.add(beginning)
  forms.delete(word)
  return [...forms]
}

/** The noun without its particle, and how it begins. */
function hangulForms(word: string): readonly string[] {
  const noun = word.replace(PARTICLE, '')
  const forms = noun !== word && noun !== '' ? [noun] : []
  return word.length > HANGUL_BEGINNING ? [...forms, word.slice(0, HANGUL_BEGINNING) + AND_SO_ON] : [...forms, word + AND_SO_ON]
}

/** Adds the word without what readers leave out: vowel points, apostrophes, and what stands behind one. Returns its letters. */
function withoutMarks(forms: Set<string>, word: string): string {
  let bare = word.replace(HEBREW_POINTS, '').replace(NUKTAS, '')
  if (ARABIC.test(bare)) bare = bareArabic(bare)
  if (bare.includes("'")) {
    const end = bare.indexOf("'")
    // A suffix of a name, as in Turkish.
    if (end >= 3) forms.add(bare.slice(0, end))
    bare = bare.replaceAll("'", '')
  }
  forms.add(bare)
  return bare
}

function bareArabic(word: string): string {
  return (word.includes('\u064b') ? word.replace(TANWIN, '') : word)
    .replace(ARABIC_VOWELS, '')
    .replace(ALEF, 'ا')
    .replace(/[کیىېہھەۀۃ]/g, (letter) => ARABIC_LETTERS[letter]!)
    .replace(/ة$/, 'ه')
}

/** Ä, Ö, Ü, Ø and Å are folded to a, o and u; where there is no key for them people write two letters. */
function respell(forms: Set<string>, word: string): void {
  if (word.length < 5) return
  const respelled = word.replace(/(?<![aeiouq])(?:ue|oe|ae|aa)(?=[^aeiou])/g, (pair) => pair[0]!)
  if (respelled === word) return
  forms.add(respelled)
}

function beginningOf(forms: Set<string>, word: string): string | undefined {
  if (ARABIC.test(word)) {
    const bare = word.replace(ARTICLE, '')
    if (bare.length < 2) return undefined
    forms.add(bare + RESPELLED)
    // Hamza sits on what its neighbours ask for, and many leave it out.
    const [seats, without] = [bare.replaceAll('ؤ', 'و').replaceAll('ئ', 'ي'), bare.replace(HAMZA_SEATS, '')]
    if (seats !== bare) forms.add(seats + RESPELLED).add(without + RESPELLED)
    return bare.length < 3 ? undefined : bare.slice(0, ARABIC_BEGINNING) + AND_SO_ON
  }
  const letters = [...word].slice(0, BEGINNING)
  return letters.length < BEGINNING ? undefined : letters.join('') + AND_SO_ON
}

function isUnspaced(word: string): boolean {
  return word !== '' && kindOf(word.codePointAt(0)!) === UNSPACED
}
