import { EXTENSIONS } from '../extensions.ts'

/** A format that is read without a loader. */
export type TextFormat =
  | 'markdown'
  | 'plain'
  | 'csv'
  | 'rst'
  | 'asciidoc'
  | 'org'
  | 'latex'
  | 'subtitles'
  | 'json'
  | 'xml'
  | 'code'
  | 'lines'

/** A format that takes a loader. */
export interface Format {
  /** Of its loader, of the function that makes it, and of the door that has it: `@voisin/rag/load/<name>`. */
  readonly name: string
  /** For messages: `HTML`. */
  readonly title: string
  readonly extensions: readonly string[]
  readonly types: readonly string[]
}

const format = (name: string, title: string, extensions: string, types: readonly string[]): Format => ({
  name,
  title,
  extensions: extensions.split(' '),
  types,
})

const OOXML = 'application/vnd.openxmlformats-officedocument'
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument'

export const HTML: Format = format('html', 'HTML', 'html htm xhtml xht', ['text/html', 'application/xhtml+xml'])
export const DOCX: Format = format('docx', 'DOCX', 'docx docm dotx dotm', [
  `${OOXML}.wordprocessingml.document`,
  `${OOXML}.wordprocessingml.template`,
  'application/vnd.ms-word.document.macroenabled.12',
])
export const ODT: Format = format('odt', 'ODT', 'odt ott', [`${OPEN_DOCUMENT}.text`, `${OPEN_DOCUMENT}.text-template`])
export const EPUB: Format = format('epub', 'EPUB', 'epub', ['application/epub+zip'])
export const ZIP: Format = format('zip', 'a zip archive', 'zip', ['application/zip', 'application/x-zip-compressed'])

export const PDF: Format = format('pdf', 'PDF', 'pdf', ['application/pdf'])
export const XLSX: Format = format('xlsx', 'XLSX', 'xlsx xlsm xltx xltm', [
  `${OOXML}.spreadsheetml.sheet`,
  `${OOXML}.spreadsheetml.template`,
  'application/vnd.ms-excel.sheet.macroenabled.12',
])
export const EMAIL: Format = format('email', 'e-mail', 'eml mbox', ['message/rfc822', 'application/mbox'])

/** Every format that there is a loader of: the one to import is named where it is missing. */
export const FORMATS: readonly Format[] = [HTML, PDF, DOCX, XLSX, ODT, EPUB, EMAIL, ZIP]

const TEXTS: readonly (readonly [TextFormat, string])[] = [
  ['markdown', 'md markdown mdown mkd mkdn mdx qmd rmd'],
  ['plain', 'txt text'],
  ['rst', 'rst'],
  ['asciidoc', 'adoc asciidoc asc'],
  ['org', 'org'],
  ['latex', 'tex latex ltx'],
  ['subtitles', 'srt vtt'],
  ['xml', 'xml rss atom kml gpx'],
  ['csv', EXTENSIONS.csv],
  ['json', EXTENSIONS.json],
  ['lines', EXTENSIONS.lines],
  ['code', EXTENSIONS.code],
]

const TEXT_EXTENSIONS: ReadonlyMap<string, TextFormat> = new Map(
  TEXTS.flatMap(([kind, extensions]) =>
    extensions
      .trim()
      .split(/\s+/)
      .map((extension) => [extension, kind] as const),
  ),
)

const TEXT_TYPES: ReadonlyMap<string, TextFormat> = new Map<string, TextFormat>([
  ['text/plain', 'plain'],
  ['text/markdown', 'markdown'],
  ['text/x-markdown', 'markdown'],
  ['text/csv', 'csv'],
  ['text/tab-separated-values', 'csv'],
  ['text/vtt', 'subtitles'],
  ['application/x-subrip', 'subtitles'],
  ['text/x-rst', 'rst'],
  ['text/asciidoc', 'asciidoc'],
  ['application/json', 'json'],
  ['application/x-ndjson', 'json'],
  ['application/jsonl', 'json'],
  ['text/x-tex', 'latex'],
  ['application/x-tex', 'latex'],
  ['text/css', 'code'],
  ['text/javascript', 'code'],
  ['application/javascript', 'code'],
  ['text/xml', 'xml'],
  ['application/xml', 'xml'],
  ['application/yaml', 'code'],
])

/** How a text file is to be cut, by its extension; undefined where that is no text file's. */
export function textFormatOf(extension: string): TextFormat | undefined {
  return TEXT_EXTENSIONS.get(extension)
}

/** The same by its MIME type. */
export function textFormatOfType(type: string): TextFormat | undefined {
  return TEXT_TYPES.get(type) ?? (type.startsWith('text/x-') ? 'code' : undefined)
}

/** In lower case, without a dot; undefined where a name has none. */
export function extensionOf(name: string): string | undefined {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase()
}

/** Of all files that are read as texts. */
export function textExtensions(): readonly string[] {
  return [...TEXT_EXTENSIONS.keys()]
}
