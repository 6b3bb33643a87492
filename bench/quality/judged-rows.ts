import type { LibraryParts } from '@voisin/rag'
import type { Row } from '../suite.ts'
import { firstEdition } from './before.ts'
import type { RetrievalSet } from './data-sets.ts'
import { figuresOf, rounded } from './figures.ts'
import type { Using } from './library.ts'
import { mean } from './measures.ts'
import { scoreRetrieval } from './score.ts'
import { queriesOf, type Variant } from './variants.ts'

const VARIANTS: readonly Variant[] = ['clean', 'typos']
/** Instead of the product's own: what `denseWeight` may be fixed at. */
const FIXED_WEIGHTS: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

/** What a set is asked with: a library that holds its documents, and the name of the library's model. */
export interface Asked {
  readonly set: RetrievalSet
  readonly library: LibraryParts
  readonly model: string
}

/** A row for each way to ask and each variant of the queries. */
export async function judgedRows(
  { set, library, model }: Asked,
  modes: readonly Using[],
  add: (row: Row) => void,
): Promise<void> {
  for (const variant of VARIANTS) {
    const texts = queriesOf(variant, textsOf(set))
    if (texts === undefined) continue
    for (const mode of modes) {
      const { ndcg10, hit1 } = await scoreRetrieval(set, texts, library, mode)
      const before = firstEdition(set.name, model, mode, variant)
      // Words are found by no model.
      const name = mode === 'words' ? 'none' : model
      const figures = { ...figuresOf('ndcg10', ndcg10), hit1: rounded(hit1), cases: texts.length }
      add({ set: set.name, model: name, mode, variant, ...figures, ...(before !== undefined && { before }) })
    }
  }
}

/** A row for each fixed weight of meaning against words. */
export async function fixedWeightRows({ set, library, model }: Asked, add: (row: Row) => void): Promise<void> {
  const texts = textsOf(set)
  for (const weight of FIXED_WEIGHTS) {
    const { ndcg10, hit1 } = await scoreRetrieval(set, texts, library, 'both', weight)
    const figures = { ...figuresOf('ndcg10', ndcg10), hit1: rounded(hit1), cases: texts.length }
    add({ set: set.name, model, mode: 'both', variant: 'clean', weight, ...figures })
  }
}

/** Over all sets of a model: the mean with the product's own weights, and with the fixed one that is best for all of them together. */
export function weightSummary(rows: readonly Row[], model: string): Row[] {
  const measured = rows.filter((row) => row.model === model && row.mode === 'both' && row.variant === 'clean')
  const meanOf = (weight: number | undefined) =>
    rounded(mean(measured.filter((row) => row.weight === weight).map((row) => Number(row.ndcg10))))
  const fixed = FIXED_WEIGHTS.map((weight) => ({ weight, ndcg10: meanOf(weight) }))
  const best = fixed.reduce((a, b) => (b.ndcg10 > a.ndcg10 ? b : a))
  const facts = { set: 'mean of the sets', model, mode: 'both', variant: 'clean' }
  return [
    { ...facts, ndcg10: meanOf(undefined) },
    { ...facts, ...best },
  ]
}

function textsOf({ queries }: RetrievalSet): string[] {
  return queries.map(({ text }) => text)
}
