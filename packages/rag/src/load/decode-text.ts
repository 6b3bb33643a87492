import { InvalidArgumentError, UnsupportedError } from '@voisin/spec'

/**
 * Decodes a text file: UTF-8, or UTF-16 where a byte order mark says so. The mark itself is not part of the text.
 *
 * @throws {UnsupportedError} The bytes are no text: they hold a NUL.
 * @throws {InvalidArgumentError} The bytes are of another encoding.
 */
export function decodeText(bytes: ArrayBuffer, name: string): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength))
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InvalidArgumentError(`"${name}" cannot be decoded.`, {
      expected: 'UTF-8, or UTF-16 with a byte order mark',
      received: `bytes that are not ${encoding.toUpperCase()}`,
      remedy: 'Save the file as UTF-8.',
      cause,
    })
  }
  if (text.includes('\0')) {
    throw new UnsupportedError(`"${name}" is not a text file.`, { expected: 'text', received: 'NUL characters' })
  }
  return text
}
