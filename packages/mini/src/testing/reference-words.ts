// Steps 1 and 2 of docs/format.md, "From a text to its vector", written down as plainly as can be.

const UNSPACED =
  '\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u2e80-\\u2fdf\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\u{20000}-\\u{3ffff}'
const WORDS = new RegExp(`(?=[\\p{L}\\p{N}])[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, 'gu')

export function normalize(text: string): string {
  return separate(text)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}\u00ad\u200c\u200d]/gu, '')
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss')
}

export function wordsOf(text: string): string[] {
  const normal = normalize(text)
  const words = (normal.match(WORDS) ?? []).flatMap((run) => {
    const characters = Array.from(run)
    return Array.from({ length: Math.ceil(characters.length / 64) }, (_, i) => characters.slice(i * 64, i * 64 + 64).join(''))
  })
  return [words, visible(normal), visible(separate(text))].find((list) => list.length > 0) ?? []
}

function visible(text: string): string[] {
  return Array.from(text).filter((character) => !/[\p{Z}\p{C}\s]/u.test(character))
}

/** With controls for lone surrogates, which are no characters: what is taken out between two must not make them one. */
function separate(text: string): string {
  return text.replace(/\p{Cs}/gu, '\0')
}
