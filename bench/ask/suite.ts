import { openFilled } from '../quality/library.ts'
import { MODELS, openEmbedder } from '../quality/models.ts'
import { queriesOf, type Variant } from '../quality/variants.ts'
import type { Row, Suite } from '../suite.ts'
import { type AskSet, DEVELOPMENT, loadAskSet, REPORTED } from './ask-sets.ts'
import { type AnswerScore, scoreAnswers } from './score-answers.ts'

/** Of the first edition, seen in a trial before this suite was there: answered, right document, gold, false answers. */
const BEFORE: Readonly<Record<string, string>> = {
  'xquad-en': '.97 .94 .84 .09',
  'xquad-de': '.94 .82 .72 .42',
  'xquad-ru': '1 .63 .56 1',
  'xquad-tr': '.86 .77 .68 .33',
  'xquad-ar': '1 .57 .54 1',
  'xquad-zh': '.98 .85 .78 .64',
}
const VARIANTS: readonly Variant[] = ['clean', 'typos']

/** How well a library answers without a generator, and refuses what it does not answer. All shares are of all questions asked. */
export const suite: Suite = {
  columns: [
    ...['set', 'model', 'variant', 'answered', 'rightDocument', 'gold', 'falseAnswers', 'citationCharacters', 'questions'],
    'before',
  ],
  run: async (options, { row, progress }) => {
    const usual = options.quick ? ['handbook'] : REPORTED
    const names = options.set?.split(',') ?? usual
    const unknown = names.find((name) => ![...REPORTED, ...DEVELOPMENT].includes(name))
    if (unknown !== undefined) throw new Error(`There is no "${unknown}": ${[...REPORTED, ...DEVELOPMENT].join(', ')}.`)
    const model = MODELS.find(({ name }) => name === (options.model ?? 'mini'))
    if (model === undefined) throw new Error(`There is no "${options.model}": ${MODELS.map(({ name }) => name).join(', ')}.`)
    const rows: Row[] = []
    const add = (each: Row) => {
      rows.push(each)
      row(each)
    }
    const embedder = await openEmbedder(model)
    try {
      for (const name of names) {
        progress(`${name} ${model.name}`)
        const set = await loadAskSet(name)
        const parts = await openFilled(name, set.documents, embedder)
        try {
          for (const variant of VARIANTS) {
            const asked = variantOf(set, variant)
            if (asked === undefined) continue
            const score = await scoreAnswers(asked, parts)
            add({
              set: name,
              model: model.name,
              variant,
              ...rounded(score),
              questions: set.answerable.length,
              before: before(name, variant),
            })
          }
        } finally {
          await parts.collection.close()
        }
      }
    } finally {
      await embedder.close()
    }
    return rows
  },
}

function before(name: string, variant: Variant): string | undefined {
  return variant === 'clean' ? BEFORE[name] : undefined
}

/** The set as it is asked; with typing errors only what has an answer. Undefined where it would be hardly another one. */
function variantOf(set: AskSet, variant: Variant): AskSet | undefined {
  if (variant === 'clean') return set
  const typed = queriesOf(
    variant,
    set.answerable.map(({ text }) => text),
  )
  return (
    typed && { ...set, answerable: set.answerable.map((question, i) => ({ ...question, text: typed[i]! })), unanswerable: [] }
  )
}

function rounded(score: AnswerScore): Row {
  return Object.fromEntries(
    Object.entries(score).map(([name, value]) => [
      name,
      name === 'citationCharacters' ? Math.round(value) : value && round(value),
    ]),
  )
}

function round(share: number): number {
  return Math.round(1000 * share) / 1000
}
