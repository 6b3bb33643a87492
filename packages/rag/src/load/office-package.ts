import { CorruptDataError, UnsupportedError } from '@voisin/spec'
import { openZip, type Zip } from './open-zip.ts'
import { decodeXml, readXml, type XmlHandler } from './xml.ts'

/** The compound files of older Office versions, and of newer ones under a password, begin so. */
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0]

type OpenedFile = { readonly name: string; readonly signal?: AbortSignal | undefined }

/**
 * Opens a format that is a zip archive: DOCX, XLSX, PPTX, OpenDocument, EPUB.
 *
 * @param title For errors: `DOCX`.
 * @throws {UnsupportedError} It is encrypted, or of a version before 2007.
 * @throws {CorruptDataError | LimitError} As `openZip`.
 */
export function openPackage(bytes: Uint8Array, file: OpenedFile, title: string): Zip {
  if (COMPOUND.every((byte, i) => bytes[i] === byte)) {
    throw new UnsupportedError(`"${file.name}" cannot be read.`, {
      expected: title,
      received: 'a file that is encrypted, or of an Office version before 2007',
      remedy: `Save it as ${title}, without a password.`,
    })
  }
  return openZip(bytes, file)
}

/** Reads a part of it as XML. */
export async function readPart(zip: Zip, path: string, handler: XmlHandler): Promise<void> {
  readXml(decodeXml(await zip.read(path)), handler)
}

/** The same, where the part may be missing, or damaged: what is asked of it is not the text. */
export async function readPartIfThere(zip: Zip, path: string | undefined, handler: XmlHandler): Promise<void> {
  if (path !== undefined && zip.has(path)) await readPart(zip, path, handler)
}

/** An archive that is not of the format its name says. */
export function noSuchFormat(name: string, title: string, part: string): CorruptDataError {
  return new CorruptDataError(`"${name}" is no ${title} file.`, {
    expected: `an archive with ${part}`,
    received: 'another one',
    dataState: 'intact',
    remedy: 'It is damaged, or of another format than its name says.',
  })
}

/** Text of the elements that are named, each by its first. */
export function textsOf(names: ReadonlySet<string>, found: Map<string, string>): XmlHandler {
  let current: string | undefined
  return {
    open: (name) => {
      if (names.has(name) && !found.has(name)) {
        current = name
        found.set(name, '')
      }
    },
    close: (name) => {
      if (name === current) current = undefined
    },
    text: (text) => {
      if (current !== undefined) found.set(current, found.get(current)! + text)
    },
  }
}
