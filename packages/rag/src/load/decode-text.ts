import { InvalidArgumentError, type LatePart, latePart, UnsupportedError } from '@voisin/spec'
import { declaredEncoding } from './declared-encoding.ts'

/** A text file's text. */
export interface DecodedText {
  readonly text: string
  /** What it was decoded from, as TextDecoder names it: `utf-8`, `shift_jis`. */
  readonly encoding: string
}

/** Only files that say nothing of their encoding and are not UTF-8 need it. */
export const lateDetection: LatePart<typeof import('./detect-encoding.ts')> = latePart(
  'The detection of encodings',
  ['@voisin/rag/eager'],
  () => import('./detect-encoding.ts'),
)

/**
 * Decodes a text file: by its byte order mark; as UTF-8 where it is that and more than ASCII; by what it declares (`<meta charset>`, the
 * `encoding` of XML, `coding:` in the first two lines); else by guessing. A mark is not part of the text.
 *
 * @throws {UnsupportedError} The bytes are no text: they hold NUL or too many other control characters.
 * @throws {InvalidArgumentError} The bytes are of no encoding that is known here.
 */
export async function decodeText(bytes: Uint8Array, name: string): Promise<DecodedText> {
  const declared = declaredEncoding(bytes)
  if (declared?.isMark === true) return decodeMarked(bytes, name, declared.encoding)
  const isAscii = bytes.every((byte) => byte < 0x80)
  const unicode = decodeAs(bytes, 'utf-8')
  // No text of another encoding happens to be well-formed UTF-8, save those that are ASCII to look at: ISO-2022, and UTF-16 with its NULs.
  if (unicode !== undefined && !unicode.includes('\0') && !(isAscii && (declared !== undefined || isShifted(unicode))))
    return checked({ text: unicode, encoding: 'utf-8' }, name)
  const said = declared === undefined ? undefined : decodeAs(bytes, declared.encoding)
  if (said !== undefined && !said.includes('\0')) return checked({ text: said, encoding: declared!.encoding }, name)
  if (isBinary(bytes)) throw noText(name)
  const { detectEncoding } = await lateDetection.load()
  const encoding = detectEncoding(bytes)
  const text = encoding === undefined ? undefined : decodeAs(bytes, encoding)
  if (text !== undefined) return checked({ text, encoding: encoding! }, name)
  throw new InvalidArgumentError(`"${name}" cannot be decoded.`, {
    expected: 'a text in one of the encodings that browsers know',
    received: 'bytes that are none',
    remedy: 'Save the file as UTF-8.',
  })
}

function decodeMarked(bytes: Uint8Array, name: string, encoding: string): DecodedText {
  const text = decodeAs(bytes, encoding)
  if (text !== undefined) return checked({ text, encoding }, name)
  throw new InvalidArgumentError(`"${name}" cannot be decoded.`, {
    expected: `${encoding.toUpperCase()}, as its byte order mark says`,
    received: 'other bytes',
    remedy: 'Save the file as UTF-8.',
  })
}

/** A text, or undefined where the bytes are not of this encoding. */
function decodeAs(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return encoding === 'windows-1252' ? withoutControls(text) : text
  } catch {
    return undefined
  }
}

/** How ISO-2022 changes to other characters than ASCII: escape, then one of two signs. */
function isShifted(text: string): boolean {
  return text.includes('\x1b$') || text.includes('\x1b(')
}

/** What windows-1252 has in place of the control characters from 0x80 on; some versions of Node leave these. */
const SIGNS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

function withoutControls(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (control) => SIGNS[control.charCodeAt(0) - 0x80]!)
}

/** Of the first bytes, how many may be control characters of no use in a text: one in a hundred. */
const CONTROL_SHARE = 0.01
const LOOKED_AT_BYTES = 65_536

function isBinary(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, LOOKED_AT_BYTES)
  // UTF-16 of many scripts has such bytes by the hundred; beside NUL they say nothing.
  return !head.includes(0) && controlsOf(head) > 1 + head.length * CONTROL_SHARE
}

/** Beside NUL, and what is part of texts: backspace to carriage return, and escape. */
function controlsOf(codes: Iterable<number>): number {
  let controls = 0
  for (const code of codes) if (code !== 0 && (code < 8 || (code > 13 && code < 32 && code !== 27))) controls++
  return controls
}

function checked(decoded: DecodedText, name: string): DecodedText {
  if (decoded.text.includes('\0')) throw noText(name)
  const head = decoded.text.slice(0, LOOKED_AT_BYTES)
  if (controlsOf(Array.from(head, (character) => character.codePointAt(0)!)) > 1 + head.length * CONTROL_SHARE) throw noText(name)
  return decoded
}

function noText(name: string): UnsupportedError {
  return new UnsupportedError(`"${name}" is not a text file.`, { expected: 'text', received: 'binary data' })
}
