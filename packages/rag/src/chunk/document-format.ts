import type { Document, DocumentFormat } from '@voisin/spec'
import { isJson } from './json-units.ts'

const EXTENSIONS: Readonly<Record<Exclude<DocumentFormat, 'markdown' | 'plain'>, string>> = {
  csv: 'csv tsv tab psv',
  json: 'json jsonl ndjson json5 jsonc geojson webmanifest ipynb',
  lines: 'log srt vtt sbv',
  code: `ts tsx mts cts js jsx mjs cjs py pyi rb go rs java kt kts scala groovy c h cc cpp cxx hh hpp cs fs swift dart php pl pm lua r jl
    ex exs erl hs clj cljs elm ml nim zig sol sh bash zsh fish ps1 bat cmd sql graphql proto yaml yml toml ini cfg conf properties env css scss
    sass less vue svelte astro tf hcl nix gradle cmake mk makefile dockerfile asm xml xsd xsl plist diff patch`,
}
export const FORMATS: readonly DocumentFormat[] = ['markdown', 'plain', 'csv', 'json', 'code', 'lines']

const FORMAT_OF: ReadonlyMap<string, DocumentFormat> = new Map(
  Object.entries(EXTENSIONS).flatMap(([format, names]) =>
    names.split(/\s+/).map((name) => [name, format as DocumentFormat] as const),
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
