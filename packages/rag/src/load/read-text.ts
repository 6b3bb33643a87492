import { readCsv } from './csv/read-csv.ts'
import type { Extracted } from './extracted.ts'
import type { TextFormat } from './formats.ts'
import { readAsciidoc } from './markup/read-asciidoc.ts'
import { readLatex } from './markup/read-latex.ts'
import { readOrg } from './markup/read-org.ts'
import { readRst } from './markup/read-rst.ts'
import { readSubtitles } from './subtitles/read-subtitles.ts'
import { readXmlData } from './xml/read-xml-data.ts'

/** By what a text is written in. Markdown says itself what it is, and plain text may have some of it. */
const READERS: Readonly<Record<TextFormat, (text: string) => Extracted>> = {
  markdown: (text) => ({ text }),
  plain: (text) => ({ text }),
  csv: readCsv,
  rst: readRst,
  asciidoc: readAsciidoc,
  org: readOrg,
  latex: readLatex,
  subtitles: readSubtitles,
  xml: readXmlData,
  json: (text) => ({ text, format: 'json' }),
  code: (text) => ({ text, format: 'code' }),
  lines: (text) => ({ text, format: 'lines' }),
}

/** Reads a text file that is decoded. */
export function readText(text: string, format: TextFormat): Extracted {
  return READERS[format](text)
}
