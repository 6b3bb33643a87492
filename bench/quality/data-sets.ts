import type { Grades } from './measures.ts'

/** A judged collection: which documents answer which query. */
export interface RetrievalSet {
  readonly kind: 'retrieval'
  readonly name: string
  /** Title first, where there is one. */
  readonly documents: readonly { readonly id: string; readonly text: string }[]
  /** Those that somebody judged. */
  readonly queries: readonly { readonly text: string; readonly grades: Grades }[]
}

/** Pairs of sentences and how alike people found them. */
export interface PairSet {
  readonly kind: 'pairs'
  readonly name: string
  readonly pairs: readonly { readonly left: string; readonly right: string; readonly likeness: number }[]
}

const RETRIEVAL_FOLDERS: Readonly<Record<string, string>> = {
  scifact: 'scifact',
  cisi: 'cisi',
  'xquad-en': 'xquad/en',
  'cnil-fr': 'cnil-fr',
}
const PAIR_FILES: Readonly<Record<string, string>> = {
  'stsb-en': 'stsb/stsb-en-test.csv',
  'stsb-fr': 'stsb/stsb-fr-test.csv',
}

export const SET_NAMES: readonly string[] = [...Object.keys(RETRIEVAL_FOLDERS), ...Object.keys(PAIR_FILES)]

/** Loads a set by name from where the public data sets are served. */
export async function loadSet(name: string): Promise<RetrievalSet | PairSet> {
  if (Object.hasOwn(RETRIEVAL_FOLDERS, name)) return await loadRetrieval(name, RETRIEVAL_FOLDERS[name]!)
  if (Object.hasOwn(PAIR_FILES, name)) return { kind: 'pairs', name, pairs: parsePairs(await fetchText(PAIR_FILES[name]!)) }
  throw new Error(`There is no set "${name}": ${SET_NAMES.join(', ')}.`)
}

async function loadRetrieval(name: string, folder: string): Promise<RetrievalSet> {
  const [corpus, queries, judgements] = await Promise.all(
    ['corpus.jsonl', 'queries.jsonl', 'qrels/test.tsv'].map((file) => fetchText(`${folder}/${file}`)),
  )
  const grades = new Map<string, Map<string, number>>()
  for (const line of linesOf(judgements!).slice(1)) {
    const [query, document, grade] = line.split('\t') as [string, string, string]
    if (Number(grade) <= 0) continue
    const known = grades.get(query)
    if (known) known.set(document, Number(grade))
    else grades.set(query, new Map([[document, Number(grade)]]))
  }
  return {
    kind: 'retrieval',
    name,
    documents: linesOf(corpus!).map((line) => {
      const { _id, title = '', text } = JSON.parse(line) as { _id: string; title?: string; text: string }
      return { id: _id, text: `${title} ${text}`.trim() }
    }),
    queries: linesOf(queries!).flatMap((line) => {
      const { _id, text } = JSON.parse(line) as { _id: string; text: string }
      const judged = grades.get(_id)
      return judged ? [{ text, grades: judged }] : []
    }),
  }
}

async function fetchText(path: string): Promise<string> {
  const response = await fetch(`/shared/data/${path}`)
  // A dev server answers an unknown path with the page itself.
  if (!response.ok || response.headers.get('content-type')?.includes('html')) {
    throw new Error(
      `The data set ${path} is not here. Put the public data sets beside the checkout, under ../shared/data, or say where in VOISIN_SHARED.`,
    )
  }
  return await response.text()
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

/** Rows of three columns; a column with commas or quotes stands in quotes, doubled inside. */
export function parsePairs(csv: string): PairSet['pairs'] {
  return linesOf(csv).map((line) => {
    const columns = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare!,
    )
    return { left: columns[0]!, right: columns[1]!, likeness: Number(columns[2]) }
  })
}
