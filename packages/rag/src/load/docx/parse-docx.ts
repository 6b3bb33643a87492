import type { Parse } from '../extracted.ts'
import { FlowWriter } from '../flow-writer.ts'
import { languageTag } from '../language-tag.ts'
import { oneLine } from '../markdown-writer.ts'
import { noSuchFormat, openPackage, readPart, readPartIfThere, textsOf } from '../office-package.ts'
import type { Zip } from '../open-zip.ts'
import type { XmlHandler } from '../xml.ts'
import { DocxBody } from './docx-body.ts'
import { DocxNotes } from './docx-notes.ts'
import { DocxNumbering } from './docx-numbering.ts'
import { DocxStyles } from './docx-styles.ts'

/**
 * Reads DOCX as Markdown: headings by style or outline level, lists with their numbers, tables, notes below what they belong to, text boxes, the text of formulas;
 * with accepted changes, without comments, headers and footers. Pages are those of its last layout, where it says them.
 */
export const parseDocx: Parse = async (bytes, file) => {
  const zip = openPackage(bytes, file, 'DOCX')
  const main = (await related(zip, '', 'officeDocument')).get('officeDocument') ?? 'word/document.xml'
  if (!zip.has(main)) throw noSuchFormat(file.name, 'DOCX', 'word/document.xml')
  const parts = await related(zip, main, 'styles', 'numbering', 'footnotes', 'endnotes')
  const styles = new DocxStyles()
  const numbering = new DocxNumbering()
  const notes = new Map<string, string>()
  await readPartIfThere(zip, parts.get('styles'), styles)
  await readPartIfThere(zip, parts.get('numbering'), numbering)
  await readPartIfThere(zip, parts.get('footnotes'), new DocxNotes('footnote', notes))
  await readPartIfThere(zip, parts.get('endnotes'), new DocxNotes('endnote', notes))
  file.signal?.throwIfAborted()
  const writer = new FlowWriter()
  const body = new DocxBody(writer, { styles, numbering, notes })
  await readPart(zip, main, body)
  const { text, places } = writer.finish()
  const about = new Map<string, string>()
  await readPartIfThere(zip, 'docProps/core.xml', textsOf(new Set(['title', 'language']), about))
  const title = oneLine(body.title ?? about.get('title') ?? '')
  const language = languageTag(about.get('language') ?? styles.language)
  return {
    text,
    ...(title !== '' && { title }),
    ...(language !== undefined && { language }),
    ...(places.length > 0 && { places: [{ start: 0, page: 1 }, ...places] }),
  }
}

/** The parts that a part names, by the last word of their kind. @param of Its path; '' for the archive itself. */
async function related(zip: Zip, of: string, ...kinds: readonly string[]): Promise<Map<string, string>> {
  const folder = of.slice(0, of.lastIndexOf('/') + 1)
  const found = new Map<string, string>()
  const handler: XmlHandler = {
    open: (name, attributes) => {
      const kind = attributes.get('Type')?.split('/').at(-1)
      const target = attributes.get('Target')
      if (name !== 'Relationship' || kind === undefined || target === undefined || !kinds.includes(kind)) return
      if (!found.has(kind)) found.set(kind, resolve(folder, target))
    },
    close: () => {},
    text: () => {},
  }
  await readPartIfThere(zip, `${folder}_rels/${of.slice(folder.length)}.rels`, handler)
  return found
}

/** A path in the archive, from a folder of it or from its root. */
function resolve(folder: string, target: string): string {
  const path: string[] = []
  for (const part of `${target.startsWith('/') ? '' : folder}${target}`.split('/')) {
    if (part === '..') path.pop()
    else if (part !== '' && part !== '.') path.push(part)
  }
  return path.join('/')
}
