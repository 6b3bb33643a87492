import type { LibraryParts } from '@voisin/rag'
import { uniforms } from '../../data/gaussian.ts'
import type { Row } from '../../suite.ts'
import type { SetDocument } from '../data-sets.ts'
import { figuresOf } from '../figures.ts'
import { findDocuments, type Using } from '../library.ts'
import { bootstrapInterval, mean } from '../measures.ts'
import { askedFor, type Identifier, WAYS } from './ways.ts'

/** Documents, and identifiers each of which stands in one of them. */
export interface IdentifierSet {
  readonly documents: readonly SetDocument[]
  readonly identifiers: readonly Identifier[]
}

/** The half of the packages that is reported, and the one on which things may be chosen. */
export const IDENTIFIER_SETS: readonly string[] = ['identifiers', 'identifiers-dev']

export const HOW_TO_MAKE =
  'The identifiers are not measured: node bench/quality/make-identifiers.mjs makes their data, on Debian 12 with a network.'

const MODES: readonly Using[] = ['words', 'both']
const SEED = 20_261_202

/** Undefined where nobody has made the data. */
export async function loadIdentifiers(name: string): Promise<IdentifierSet | undefined> {
  const response = await fetch('/quality-identifiers.json')
  if (!response.ok) return undefined
  return ((await response.json()) as Readonly<Record<string, IdentifierSet>>)[name]
}

/** A row for each kind of identifier, way to ask for it and mode: how often the first document is the one that has it. */
export async function identifierRows(
  set: string,
  { identifiers }: IdentifierSet,
  library: LibraryParts,
  add: (row: Row) => void,
): Promise<void> {
  for (const kind of new Set(identifiers.map((each) => each.kind))) {
    const ofKind = identifiers.filter((each) => each.kind === kind)
    for (const way of WAYS) {
      const random = uniforms(SEED)
      const asked = ofKind.flatMap((each) => {
        const question = askedFor(each, way, random)
        return question === undefined ? [] : [{ question, document: each.document }]
      })
      if (asked.length === 0) continue
      for (const mode of MODES) {
        const hits = new Float64Array(asked.length)
        for (const [i, { question, document }] of asked.entries()) {
          const [first] = await findDocuments(question, library, mode)
          if (first === document) hits[i] = 1
        }
        const interval = bootstrapInterval(hits.length, (cases) => mean(Float64Array.from(cases, (i) => hits[i]!)))
        add({
          row: 'identifiers',
          set,
          kind: `${kind} ${way}`,
          mode,
          ...figuresOf('hit1', { value: mean(hits), interval }),
          cases: hits.length,
        })
      }
    }
  }
}
