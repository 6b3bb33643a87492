import { UnsupportedError } from '@voisin/spec'
import { decodeText } from '../decode-text.ts'
import type { Extracted, Parse, Place } from '../extracted.ts'
import { readTree } from '../html/html-tree.ts'
import { writeHtml } from '../html/write-html.ts'
import { languageTag } from '../language-tag.ts'
import { oneLine } from '../markdown-writer.ts'
import { noSuchFormat, openPackage, readPart, readPartIfThere } from '../office-package.ts'
import type { Zip } from '../open-zip.ts'
import { EpubPackage } from './epub-package.ts'

/**
 * Reads a book's chapters, in the order in which they are read, as Markdown. What belongs to the binding (cover, contents, landmarks) is left
 * out. Pages are those of the printed edition, where the book says them.
 */
export const parseEpub: Parse = async (bytes, file) => {
  const zip = openPackage(bytes, file, 'EPUB')
  await refuseProtected(zip, file.name)
  const opf = await packagePath(zip)
  if (opf === undefined || !zip.has(opf)) throw noSuchFormat(file.name, 'EPUB', 'a package document')
  const book = new EpubPackage(opf)
  await readPart(zip, opf, book)
  const places: Place[] = []
  const notices: string[] = []
  let text = ''
  for (const path of book.chapters()) {
    file.signal?.throwIfAborted()
    if (!zip.has(path)) {
      notices.push(`The chapter "${path}" is missing.`)
      continue
    }
    const chapter = await chapterOf(zip, path, file.name)
    if (text !== '' && chapter.text !== '') text += '\n\n'
    const start = text.length
    text += chapter.text
    for (const place of chapter.places ?? []) places.push({ ...place, start: start + place.start })
  }
  const title = oneLine(book.title)
  const language = languageTag(book.language)
  return {
    text,
    ...(title !== '' && { title }),
    ...(language !== undefined && { language }),
    ...(places.length > 0 && { places }),
    ...(notices.length > 0 && { notices }),
  }
}

async function chapterOf(zip: Zip, path: string, book: string): Promise<Pick<Extracted, 'text' | 'places'>> {
  const { text } = await decodeText(await zip.read(path), `${path}" in "${book}`)
  return writeHtml(readTree(text))
}

/** Where the archive says that the book's own table of files is. */
async function packagePath(zip: Zip): Promise<string | undefined> {
  let path: string | undefined
  await readPartIfThere(zip, 'META-INF/container.xml', {
    open: (name, attributes) => {
      if (name === 'rootfile') path ??= attributes.get('full-path')
    },
    close: () => {},
    text: () => {},
  })
  return path ?? zip.entries.find(({ path }) => path.endsWith('.opf'))?.path
}

/** Fonts may be scrambled, which is no protection; a book whose text is encrypted cannot be read. */
const FONT_ALGORITHMS = new Set(['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'])

async function refuseProtected(zip: Zip, name: string): Promise<void> {
  let isProtected = false
  await readPartIfThere(zip, 'META-INF/encryption.xml', {
    open: (element, attributes) => {
      if (element === 'EncryptionMethod' && !FONT_ALGORITHMS.has(attributes.get('Algorithm') ?? '')) isProtected = true
    },
    close: () => {},
    text: () => {},
  })
  if (isProtected) throw new UnsupportedError(`"${name}" is under a copy protection.`, { received: 'encrypted chapters' })
}
