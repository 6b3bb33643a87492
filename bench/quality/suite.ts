import type { TextEmbedder } from '@voisin/embed'
import type { Row, Suite, SuiteOptions, SuiteTools } from '../suite.ts'
import { loadSet, type PairSet, type RetrievalSet, SET_NAMES } from './data-sets.ts'
import { type BenchModel, MODELS, openEmbedder } from './models.ts'
import { type Score, scorePairs, scoreRetrieval } from './score.ts'
import { embedAll } from './vectors.ts'

/** How well the product finds: nDCG@10 on judged collections, Spearman on judged pairs, with 95 % intervals. */
export const suite: Suite = {
  columns: ['set', 'model', 'mode', 'ndcg10', 'spearman', 'low', 'high', 'cases'],
  run: async (options, tools) => {
    const models = chosen(options.model, MODELS, MODELS.slice(0, 2))
    const sets = await Promise.all(chosenNames(options).map(loadSet))
    const rows: Row[] = []
    const add = (row: Row) => {
      rows.push(row)
      tools.row(row)
    }
    for (const set of sets.filter((each) => each.kind === 'retrieval')) {
      tools.progress(`${set.name}: words`)
      const scores = await scoreRetrieval(set, undefined, ['bm25'])
      add({ set: set.name, model: 'none', mode: 'bm25', ...figures('ndcg10', scores.get('bm25')!, set.queries.length) })
    }
    for (const model of models) {
      tools.progress(`${model.name}: loading`)
      const embedder = await openEmbedder(model)
      try {
        for (const set of sets) {
          for (const row of await rowsOf(set, embedder, model, tools)) add({ set: set.name, model: model.name, ...row })
        }
      } finally {
        await embedder.close()
      }
    }
    return rows
  },
}

function chosenNames({ set, quick }: SuiteOptions): readonly string[] {
  const names = SET_NAMES.map((name) => ({ name }))
  const quickOnes = names.filter(({ name }) => name === 'xquad-en' || name === 'stsb-en')
  return chosen(set, names, quick ? quickOnes : names).map(({ name }) => name)
}

/** Those of a list that are named in `a,b`, or the usual ones. */
function chosen<T extends { readonly name: string }>(
  names: string | undefined,
  all: readonly T[],
  usual: readonly T[],
): readonly T[] {
  if (names === undefined) return usual
  return names.split(',').map((name) => {
    const found = all.find((each) => each.name === name)
    if (!found) throw new Error(`There is no "${name}": ${all.map((each) => each.name).join(', ')}.`)
    return found
  })
}

async function rowsOf(set: RetrievalSet | PairSet, embedder: TextEmbedder, model: BenchModel, tools: SuiteTools): Promise<Row[]> {
  const embed = (texts: readonly string[], what: string) =>
    embedAll(texts, embedder, model, `${set.name} ${model.name} ${what}`, tools.progress)
  const { dim } = embedder
  if (set.kind === 'pairs') {
    const left = await embed(
      set.pairs.map((pair) => pair.left),
      'left',
    )
    const right = await embed(
      set.pairs.map((pair) => pair.right),
      'right',
    )
    return [{ mode: 'dense', ...figures('spearman', scorePairs(set, left, right, dim), set.pairs.length) }]
  }
  const documents = await embed(
    set.documents.map(({ text }) => text),
    'documents',
  )
  const queries = await embed(
    set.queries.map(({ text }) => text),
    'queries',
  )
  tools.progress(`${set.name} ${model.name}: queries`)
  const scores = await scoreRetrieval(set, { dim, documents, queries }, ['dense', 'hybrid', 'hybrid-rrf'])
  return [...scores].map(([mode, score]) => ({ mode, ...figures('ndcg10', score, set.queries.length) }))
}

function figures(name: 'ndcg10' | 'spearman', { value, interval }: Score, cases: number): Row {
  return { [name]: rounded(value), low: rounded(interval.low), high: rounded(interval.high), cases }
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
