// Letters that Unicode does not take apart, though a reader who lacks the key types them so.
const SPELLED_OUT: Readonly<Record<string, string>> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
}

const IS_ASCII = /^[\x20-\x7e]*$/
// Only the accents of Latin, Greek and Cyrillic: in other scripts a mark is a vowel or another letter.
const ACCENTS_AND_FORMAT = /[\u0300-\u036f]|\p{Cf}/gu
// No script needs more (Unicode Annex 15, "Stream-Safe Text Format"), and normal forms put marks in order in the square of the time.
const MARKS_TOO_MANY = /(\p{M}{30})\p{M}+/gu
const UNDECOMPOSED = /[œæßøłđðþıς]/g
const APOSTROPHES = /[’ʼ]/g
const DIGITS = /(?![0-9])\p{Nd}/gu
const DIGIT = /^\p{Nd}$/u

/** 0 … 9: the digits of a script are ten characters in a row. */
function digitOf(digit: string): string {
  const codePoint = digit.codePointAt(0)!
  let zero = codePoint
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero--
  return String((codePoint - zero) % 10)
}

/**
 * Lower case, without accents, ligatures and width variants, digits of all scripts as 0 to 9: 'Œuvre' → 'oeuvre', 'ÉTÉ' → 'ete', '१९४७' → '1947'. Folding twice changes nothing. Of more
 * than thirty marks on one letter, thirty count.
 */
export function fold(text: string): string {
  if (IS_ASCII.test(text)) return text.toLowerCase()
  return (
    text
      .replace(MARKS_TOO_MANY, '$1')
      .normalize('NFKD')
      .replace(ACCENTS_AND_FORMAT, '')
      // Lower-casing can bring accents back (İ), and composition must come last for Hangul.
      .toLowerCase()
      .normalize('NFC')
      .replace(MARKS_TOO_MANY, '$1')
      .replace(UNDECOMPOSED, (letter) => SPELLED_OUT[letter]!)
      .replace(APOSTROPHES, "'")
      .replace(DIGITS, digitOf)
  )
}
