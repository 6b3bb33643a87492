import type { Grades } from './measures.ts'

export interface SetDocument {
  readonly id: string
  /** Empty where it has none. */
  readonly title: string
  readonly text: string
}

/** A judged collection: which documents answer which query. */
export interface RetrievalSet {
  readonly kind: 'retrieval'
  readonly name: string
  readonly documents: readonly SetDocument[]
  /** Those that somebody judged. */
  readonly queries: readonly {
    readonly text: string
    readonly grades: Grades
    /** Spans of the documents that answer; none where nobody marked them. */
    readonly answers: readonly string[]
  }[]
}

/** Pairs of sentences and how alike people found them. */
export interface PairSet {
  readonly kind: 'pairs'
  readonly name: string
  readonly pairs: readonly { readonly left: string; readonly right: string; readonly likeness: number }[]
}

const REPORTED_FOLDERS: Readonly<Record<string, string>> = {
  scifact: 'scifact',
  cisi: 'cisi',
  'xquad-en': 'xquad/en',
  'cnil-fr': 'cnil-fr',
  'xquad-de': 'xquad/de',
  'xquad-ru': 'xquad/ru',
  'xquad-tr': 'xquad/tr',
  'xquad-ar': 'xquad/ar',
  'xquad-zh': 'xquad/zh',
}
const DEVELOPMENT_FOLDERS: Readonly<Record<string, string>> = { 'dev-ar': 'dev/ar', 'dev-tr': 'dev/tr', 'dev-zh': 'dev/zh' }
/** Questions in one language, documents in the other: file of the questions, file of their translations, line by line. */
const TRANSLATIONS: Readonly<Record<string, readonly [string, string]>> = {
  'tatoeba-fra-eng': ['tatoeba/tatoeba.fra-eng.fra', 'tatoeba/tatoeba.fra-eng.eng'],
}
const PAIR_FILES: Readonly<Record<string, string>> = {
  'stsb-en': 'stsb/stsb-en-test.csv',
  'stsb-fr': 'stsb/stsb-fr-test.csv',
}

/** Those that are measured unless others are asked for. */
export const REPORTED_SETS: readonly string[] = [REPORTED_FOLDERS, TRANSLATIONS, PAIR_FILES].flatMap(Object.keys)
/** Those on which weights and thresholds may be chosen, and which are no figures of ours. */
export const DEVELOPMENT_SETS: readonly string[] = Object.keys(DEVELOPMENT_FOLDERS)

/** Loads a set by name from where the public data sets are served. */
export async function loadSet(name: string): Promise<RetrievalSet | PairSet> {
  const folder = { ...REPORTED_FOLDERS, ...DEVELOPMENT_FOLDERS }[name]
  if (folder !== undefined) return await loadRetrieval(name, folder)
  const files = TRANSLATIONS[name]
  if (files !== undefined) return await loadTranslations(name, files)
  const pairs = PAIR_FILES[name]
  if (pairs !== undefined) return { kind: 'pairs', name, pairs: parsePairs(await fetchText(pairs)) }
  throw new Error(`There is no set "${name}": ${[...REPORTED_SETS, ...DEVELOPMENT_SETS].join(', ')}.`)
}

async function loadTranslations(name: string, files: readonly [string, string]): Promise<RetrievalSet> {
  const [queries, translations] = await Promise.all(files.map(async (file) => linesOf(await fetchText(file))))
  // A sentence that translates two questions is one document: two of the same text would take each other's place.
  return {
    kind: 'retrieval',
    name,
    documents: [...new Set(translations)].map((text) => ({ id: text, title: '', text })),
    queries: queries!.map((text, i) => ({ text, grades: new Map([[translations![i]!, 1]]), answers: [] })),
  }
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
      return { id: _id, title, text }
    }),
    queries: linesOf(queries!).flatMap((line) => {
      const { _id, text, metadata } = JSON.parse(line) as { _id: string; text: string; metadata?: { answers?: string[] } }
      const judged = grades.get(_id)
      return judged ? [{ text, grades: judged, answers: metadata?.answers ?? [] }] : []
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
