// Final_Sigma of the Unicode standard (section 3.13), the one rule by which a letter's lower case depends on its neighbours. It reads NFKD text;
// only marks trade places in it, and they make no difference here.

const IGNORABLE = /^\p{Case_Ignorable}$/u
const CASED = /^\p{Cased}$/u

/**
 * Whether a Σ is the last letter of its word: a letter with a case before it and none behind, apostrophes, dots, marks and the like aside.
 * It looks no further than to the next Σ on either side, so that all of a text's together read it at most twice.
 *
 * @param start Where the Σ stands in the text.
 * @param end Where it ends.
 */
export function isFinalSigma(text: string, start: number, end: number): boolean {
  return endsCased(text, start) && !beginsCased(text, end)
}

function endsCased(text: string, end: number): boolean {
  let at = end
  while (at > 0) {
    at--
    if (at > 0 && isLow(text.charCodeAt(at)) && text.codePointAt(at - 1)! > 0xffff) at--
    for (const character of decompose(text, at).reverse()) if (!IGNORABLE.test(character)) return CASED.test(character)
  }
  return false
}

function beginsCased(text: string, start: number): boolean {
  let at = start
  while (at < text.length) {
    for (const character of decompose(text, at)) if (!IGNORABLE.test(character)) return CASED.test(character)
    at += text.codePointAt(at)! > 0xffff ? 2 : 1
  }
  return false
}

function decompose(text: string, at: number): string[] {
  return Array.from(String.fromCodePoint(text.codePointAt(at)!).normalize('NFKD'))
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00
}
