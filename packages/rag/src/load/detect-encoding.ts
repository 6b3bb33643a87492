import { guessEncodings } from './chardet.ts'

/** How much of a file is looked at, in bytes, from where it stops being ASCII. */
const SAMPLE_BYTES = 32_768

/** Encodings of one byte a character that the frequencies of letters do not tell from their relatives, or do not know. */
const RELATIVES = ['windows-1252', 'windows-1253', 'windows-1255', 'windows-1250', 'windows-1258', 'koi8-u', 'ibm866']
/** Those with the same letters in the same places, nearly. */
const TWINS: ReadonlyMap<string, string> = new Map([
  ['iso-8859-7', 'windows-1253'],
  ['iso-8859-2', 'windows-1250'],
  ['koi8-r', 'koi8-u'],
])
const MULTI_BYTE = new Set(['shift_jis', 'euc-jp', 'gb18030', 'big5', 'euc-kr', 'iso-2022-jp'])
/** In hundredths, as chardet counts. */
const SURE = 30
/** The share of noise from which a text is none. */
const NOISY = 0.02

/**
 * Guesses the encoding of a text that says nothing of it and is not UTF-8: by the frequencies of letters, then by how little its words
 * would look like noise.
 *
 * @returns As TextDecoder names it; undefined where no encoding makes a text of it.
 */
export function detectEncoding(bytes: Uint8Array): string | undefined {
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return wide
  const sample = sampleOf(bytes)
  const guesses: string[] = []
  for (const { name, confidence } of guessEncodings(sample)) {
    const encoding = encodingOf(name)
    if (encoding === undefined) continue
    // Few characters, and whatever they are some of them make a pair that is one of another encoding.
    if (guesses.length === 0 && MULTI_BYTE.has(encoding) && confidence >= SURE && noiseOf(sample, encoding) < NOISY)
      return encoding
    guesses.push(encoding)
  }
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const encoding of new Set([...guesses, ...RELATIVES])) {
    const noise = noiseOf(sample, encoding)
    // Earlier ones are likelier: a later one has to be clearly better.
    if (noise >= least * 0.8 - 0.001) continue
    best = encoding
    least = noise
  }
  const twin = best === undefined ? undefined : TWINS.get(best)
  return twin !== undefined && noiseOf(sample, twin) < least ? twin : best
}

/** Where every other byte is printable, UTF-16 has a NUL beside each character; a text with a few is none. */
const LEAST_ZEROS = 0.3

/** UTF-16 without a mark: the high bytes of a script are alike, those of spaces and line ends are zero. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES)
  const zeros = [0, 0]
  let isPrintable = true
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] === 0) zeros[i & 1]!++
    else if (sample[i]! >= 0x80 || (sample[i]! < 32 && (sample[i]! < 9 || sample[i]! > 13))) isPrintable = false
  }
  const [even, odd] = zeros as [number, number]
  const all = even + odd
  if (all === 0 || bytes.length % 2 !== 0 || (isPrintable && all < sample.length * LEAST_ZEROS)) return undefined
  const [likely, other] = odd >= even ? (['utf-16le', 'utf-16be'] as const) : (['utf-16be', 'utf-16le'] as const)
  const noise = noiseOf(sample, likely)
  // Some characters have a zero on the other side.
  const otherNoise = noise === 0 ? noise : noiseOf(sample, other)
  if (Math.min(noise, otherNoise) >= NOISY) return undefined
  return otherNoise < noise ? other : likely
}

function sampleOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= SAMPLE_BYTES) return bytes
  const start = Math.max(0, bytes.findIndex((byte) => byte >= 0x80 || byte === 0x1b) - 256)
  return bytes.subarray(start, start + SAMPLE_BYTES)
}

function encodingOf(name: string): string | undefined {
  try {
    return new TextDecoder(name).encoding
  } catch {
    return undefined
  }
}

/** Two characters that seldom stand together in words, each once. */
const ODD = [
  // Symbols and Latin-1 signs amid letters; small before capital; controls; what nobody writes.
  /\p{L}(?![!-~])[\p{S}\u00a1\u00a2-\u00b6\u00b8-\u00bf\u201a-\u201f\u2026\u2030\u2039\u203a\u20ac](?=\p{L})/gu,
  /(?![a-z])\p{Ll}(?=\p{Lu})|[a-z](?=(?![A-Z])\p{Lu})/gu,
  // Frames of tables, and half-width kana, amid words.
  /[\u2500-\u259f](?=\p{L})|(?<=\p{L})[\u2500-\u259f]|[\uff61-\uff9f]/gu,
  /(?!\s)[\p{Co}\p{Cn}\p{Cc}\ufffd]/gu,
  // Two scripts in one word.
  /\p{Script=Latin}(?=[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Thai}])/gu,
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Thai}](?=\p{Script=Latin})/gu,
  // Accented letters in a row, three of them.
  /[\u00c0-\u024f][\u00c0-\u024f](?=[\u00c0-\u024f])/gu,
  // A word of a non-Latin script that ends with a capital or a mark that stands at no word's end.
  /(?<=\p{L}\p{Ll})[\u00a8\u00b4\u0384\u0385](?=\p{L})/gu,
  // Quotes that Greek words begin with where the capital Ά is meant.
  /(?<![\p{L}])[\u2019\u00b6](?=\p{Script=Greek})/gu,
]

/** How much of a text looks like noise, 0 … 1; Infinity where the bytes are no text of this encoding. */
function noiseOf(sample: Uint8Array, encoding: string): number {
  let text: string
  try {
    // A sample may end, and begin, amid a character.
    text = new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: true })
  } catch {
    return Number.POSITIVE_INFINITY
  }
  const foreign = text.match(/[^\0-\x7f]/gu)?.length ?? 0
  let odd = 0
  for (const pattern of ODD) odd += text.match(pattern)?.length ?? 0
  return odd / Math.max(1, foreign)
}
