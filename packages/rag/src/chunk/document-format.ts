import type { Document, DocumentFormat } from '@voisin/spec'
import { EXTENSIONS } from '../extensions.ts'
import { isJson } from './json-units.ts'

// Files that a loader makes Markdown or running text of are cut as they are where they come as text.
const RAW: Readonly<Record<'lines' | 'code', string>> = { lines: 'srt vtt sbv', code: 'xml rss atom kml gpx' }
export const FORMATS: readonly DocumentFormat[] = ['markdown', 'plain', 'csv', 'json', 'code', 'lines']

const FORMAT_OF: ReadonlyMap<string, DocumentFormat> = new Map(
  [...Object.entries(EXTENSIONS), ...Object.entries(RAW)].flatMap(([format, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, format as DocumentFormat] as const),
  ),
)

/** How a document is written: as it says, or as its id does where that ends as a file's name does; else Markdown. */
export function formatOf({ id, text, format }: Pick<Document, 'id' | 'text' | 'format'>): DocumentFormat {
  if (format !== undefined) return format
  const extension = /(?:\.|(?:^|[/\\])(?=makefile$|dockerfile$))([^./\\]{1,16})$/i.exec(id)?.[1]?.toLowerCase() ?? ''
  const named = FORMAT_OF.get(extension) ?? 'markdown'
  // What was read out of such a file may be Markdown by now.
  if (named === 'json' && !isJson(text)) return 'markdown'
  return named
}
