import { createChunker, textsToEmbed } from '@voisin/rag'
import type { Embedder } from '@voisin/spec'
import type { Row, Suite, SuiteOptions, SuiteTools } from '../suite.ts'
import { DEVELOPMENT_SETS, loadSet, type PairSet, REPORTED_SETS, type RetrievalSet, type SetDocument } from './data-sets.ts'
import { figuresOf } from './figures.ts'
import { HOW_TO_MAKE, IDENTIFIER_SETS, identifierRows, loadIdentifiers } from './identifiers/rows.ts'
import { fixedWeightRows, judgedRows, weightSummary } from './judged-rows.ts'
import { libraryText, openFilled, type Using } from './library.ts'
import { type BenchModel, MODELS, openEmbedder } from './models.ts'
import { scorePairs } from './score.ts'
import { queriesOf } from './variants.ts'
import { embedAll, rememberingEmbedder } from './vectors.ts'

/** What a run measures with, one model after the other. */
interface Run extends SuiteTools {
  readonly model: BenchModel
  readonly embedder: Embedder
  /** Words are the same for every model: they are measured with the first. */
  readonly isFirst: boolean
  readonly withFixedWeights: boolean
  add(row: Row): void
}

/** How well the product finds: nDCG@10 on judged collections, Spearman on judged pairs, with 95 % intervals; and single identifiers. */
export const suite: Suite = {
  columns: [
    'set',
    'kind',
    'model',
    'mode',
    'variant',
    'weight',
    'ndcg10',
    'hit1',
    'spearman',
    'low',
    'high',
    'before',
    'cases',
    'note',
  ],
  run: async (options, tools) => {
    const models = chosen(options.model, MODELS, MODELS.slice(0, 2))
    const names = chosenNames(options)
    const sets = await Promise.all(names.filter((name) => !IDENTIFIER_SETS.includes(name)).map(loadSet))
    const rows: Row[] = []
    const add = (row: Row) => {
      rows.push(row)
      tools.row(row)
    }
    for (const model of models) {
      tools.progress(`${model.name}: loading`)
      const embedder = await openEmbedder(model)
      const run = { ...tools, model, embedder, isFirst: model === models[0], withFixedWeights: options.weights, add }
      try {
        for (const set of sets) await (set.kind === 'pairs' ? measurePairs(set, run) : measureRetrieval(set, run))
        if (options.weights) weightSummary(rows, model.name).forEach(add)
        if (run.isFirst)
          for (const name of names.filter((each) => IDENTIFIER_SETS.includes(each))) await measureIdentifiers(name, run)
      } finally {
        await embedder.close()
      }
    }
    return rows
  },
}

function chosenNames({ set, quick }: SuiteOptions): readonly string[] {
  const named = (names: readonly string[]) => names.map((name) => ({ name }))
  const all = named([...REPORTED_SETS, ...DEVELOPMENT_SETS, ...IDENTIFIER_SETS])
  const usual = named(quick ? ['xquad-en', 'stsb-en'] : [...REPORTED_SETS, 'identifiers'])
  return chosen(set, all, usual).map(({ name }) => name)
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

async function measurePairs({ name, pairs, ...set }: PairSet, run: Run): Promise<void> {
  const { model, embedder } = run
  const embed = (side: 'left' | 'right') =>
    embedAll(
      pairs.map((pair) => pair[side]),
      'documents',
      run,
      `${name} ${model.name} ${side}`,
    )
  const score = scorePairs({ ...set, name, pairs }, await embed('left'), await embed('right'), embedder.dim)
  run.add({
    set: name,
    model: model.name,
    mode: 'meaning',
    variant: 'clean',
    ...figuresOf('spearman', score),
    cases: pairs.length,
  })
}

async function measureRetrieval(set: RetrievalSet, run: Run): Promise<void> {
  const texts = set.queries.map(({ text }) => text)
  const queries = [...texts, ...(queriesOf('typos', texts) ?? [])]
  const modes: readonly Using[] = run.isFirst ? ['words', 'meaning', 'both'] : ['meaning', 'both']
  const library = await fill(set.name, set.documents, queries, run)
  try {
    const asked = { set, library, model: run.model.name }
    await judgedRows(asked, modes, run.add)
    if (run.withFixedWeights) await fixedWeightRows(asked, run.add)
  } finally {
    await library.collection.close()
  }
}

async function measureIdentifiers(name: string, run: Run): Promise<void> {
  const set = await loadIdentifiers(name)
  if (set === undefined) {
    run.progress(HOW_TO_MAKE)
    run.add({ row: 'identifiers', set: name, note: HOW_TO_MAKE })
    return
  }
  const library = await fill(name, set.documents, [], run)
  try {
    await identifierRows(name, set, library, run.add)
  } finally {
    await library.collection.close()
  }
}

async function fill(name: string, documents: readonly SetDocument[], queries: readonly string[], run: Run) {
  const label = `${name} ${run.model.name}`
  run.progress(label)
  const chunker = createChunker()
  // Where the model is fast they are not looked at.
  const chunks = run.model.isSlow
    ? documents.flatMap((each) => chunker.chunk({ id: each.id, text: libraryText(each) })).flatMap(textsToEmbed)
    : []
  return await openFilled(name, documents, await rememberingEmbedder({ documents: chunks, queries }, run, label))
}
