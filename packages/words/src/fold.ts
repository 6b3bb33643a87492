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

/**
 * Lower case, without accents, ligatures and width variants: 'Œuvre' → 'oeuvre', 'ÉTÉ' → 'ete'. Folding twice changes nothing. Of more
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
  )
}
