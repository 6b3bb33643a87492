import { UnsupportedError } from '@voisin/spec'
import type { Parse } from '../extracted.ts'
import { FlowWriter } from '../flow-writer.ts'
import { languageTag } from '../language-tag.ts'
import { oneLine } from '../markdown-writer.ts'
import { noSuchFormat, openPackage, readPart, readPartIfThere, textsOf } from '../office-package.ts'
import { OdtBody } from './odt-body.ts'
import { OdtStyles } from './odt-styles.ts'

/**
 * Reads an OpenDocument text as Markdown: headings, lists, tables, notes below what they belong to, text boxes; with accepted changes, without
 * comments, headers, footers and indexes. Pages are those of its last layout, where it says them.
 */
export const parseOdt: Parse = async (bytes, file) => {
  const zip = openPackage(bytes, file, 'ODT')
  if (!zip.has('content.xml')) throw noSuchFormat(file.name, 'ODT', 'content.xml')
  await refuseEncrypted(zip, file.name)
  const styles = new OdtStyles()
  await readPart(zip, 'content.xml', styles)
  await readPartIfThere(zip, 'styles.xml', styles)
  const writer = new FlowWriter()
  const body = new OdtBody(writer, styles)
  await readPart(zip, 'content.xml', body)
  const { text, places } = writer.finish()
  const about = new Map<string, string>()
  await readPartIfThere(zip, 'meta.xml', textsOf(new Set(['title', 'language']), about))
  const title = oneLine(body.title ?? about.get('title') ?? '')
  const language = languageTag(about.get('language') || styles.language)
  return {
    text,
    ...(title !== '' && { title }),
    ...(language !== undefined && { language }),
    ...(places.length > 0 && { places: [{ start: 0, page: 1 }, ...places] }),
  }
}

async function refuseEncrypted(zip: Parameters<typeof readPart>[0], name: string): Promise<void> {
  let isEncrypted = false
  await readPartIfThere(zip, 'META-INF/manifest.xml', {
    open: (element) => {
      if (element === 'encryption-data') isEncrypted = true
    },
    close: () => {},
    text: () => {},
  })
  if (isEncrypted) throw new UnsupportedError(`"${name}" is encrypted.`, { remedy: 'Save it without a password.' })
}
