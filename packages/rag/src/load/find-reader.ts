import { UnsupportedError } from '@voisin/spec'
import { extensionOf, FORMATS, type Format, type TextFormat, textFormatOf, textFormatOfType } from './formats.ts'
import type { Loader } from './loader.ts'

/** How a file is read: as a text, or by a loader. */
export type Reader = { readonly format: TextFormat } | { readonly loader: Loader }

interface NamedFile {
  readonly name: string
  /** MIME type, or ''. */
  readonly type: string
}

/**
 * Finds what reads a file: by its extension, then by its MIME type, then by its first bytes. Loaders that are given come before what is read
 * without one.
 *
 * @param readBytes Called where neither its name nor its type says what it is.
 * @throws {UnsupportedError} Nothing reads it. Where there is a loader to import, the error names it.
 */
export async function findReader(
  { name, type }: NamedFile,
  loaders: readonly Loader[],
  readBytes: () => Promise<Uint8Array>,
): Promise<Reader> {
  const extension = extensionOf(name)
  const essence = type.split(';')[0]!.trim().toLowerCase()
  if (extension !== undefined) {
    const reader = by((one) => one.extensions.includes(extension), textFormatOf(extension))
    if (reader !== undefined) return reader
  }
  if (essence !== '') {
    const reader = by((one) => one.types.includes(essence), textFormatOfType(essence))
    if (reader !== undefined) return reader
  }
  if (extension !== undefined && essence !== '' && essence !== 'application/octet-stream') throw unknown(essence)
  const bytes = await readBytes()
  const signed = signatureOf(bytes)
  const reader = signed === undefined ? undefined : by((one) => one.name === signed, undefined)
  if (reader !== undefined) return reader
  // A README, a Makefile; what is no text is found out when it is decoded.
  if (extension === undefined && signed === undefined && (essence === '' || essence === 'application/octet-stream'))
    return { format: 'plain' }
  throw unknown(signed ?? (essence || 'an unknown type'))

  function by(fits: (one: Format | Loader) => boolean, text: TextFormat | undefined): Reader | undefined {
    const loader = loaders.find(fits)
    if (loader !== undefined) return { loader }
    if (text !== undefined) return { format: text }
    const format = FORMATS.find(fits)
    if (format !== undefined) throw withoutLoader(name, format)
    return undefined
  }

  function unknown(received: string): UnsupportedError {
    return new UnsupportedError(`"${name}" is of a format that is not read.`, {
      expected: `a text file, or one of the formats there are loaders of (${FORMATS.map(({ title }) => title).join(', ')})`,
      received,
      remedy: 'Extract its text and add it as { id, text }.',
    })
  }
}

function withoutLoader(name: string, format: Format): UnsupportedError {
  return new UnsupportedError(`"${name}" is read with a loader that is not there.`, {
    expected: 'text',
    received: format.title,
    remedy: `import { ${format.name} } from '@voisin/rag/load/${format.name}', and pass \`loaders: [${format.name}()]\`.`,
  })
}

/** Where in a zip archive a format that is one has its content. */
const ZIPPED: readonly (readonly [string, string])[] = [
  ['docx', 'word/document.xml'],
  ['xlsx', 'xl/workbook.xml'],
  ['pptx', 'ppt/presentation.xml'],
  ['epub', 'mimetypeapplication/epub+zip'],
  ['odt', 'mimetypeapplication/vnd.oasis.opendocument.text'],
  ['ods', 'mimetypeapplication/vnd.oasis.opendocument.spreadsheet'],
  ['odp', 'mimetypeapplication/vnd.oasis.opendocument.presentation'],
]

/** Begin so. */
const SIGNATURES: readonly (readonly [string, RegExp])[] = [
  ['pdf', /^(?:\xef\xbb\xbf)?\s*%PDF-/],
  ['rtf', /^\{\\rtf/],
  ['html', /^(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?(?:<!doctype html|<html[\s>])/is],
  ['an older Office file', /^\xd0\xcf.\xe0\xa1\xb1.\xe1/s],
  ['an image', /^(?:\x89PNG|\xff\xd8\xff|GIF8|RIFF.{4}WEBP)/s],
  ['a packed file', /^(?:7z\xbc\xaf|Rar!|BZh|\xfd7zXZ)/s],
]

/** The name of a loader, or in words what a file is, by its bytes. */
function signatureOf(bytes: Uint8Array): string | undefined {
  const head = latin(bytes.subarray(0, 1_024))
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) {
    const found = ZIPPED.find(([, content]) =>
      content.startsWith('mimetype') ? head.includes(content) : includes(bytes, content),
    )
    return found?.[0] ?? 'zip'
  }
  return SIGNATURES.find(([, signature]) => signature.test(head))?.[0]
}

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

function includes(bytes: Uint8Array, text: string): boolean {
  const wanted = new TextEncoder().encode(text)
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return true
  }
  return false
}
