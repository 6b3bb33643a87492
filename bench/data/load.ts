import { clustered } from './clustered.ts'
import type { VectorSet } from './vector-set.ts'
import { wordnet } from './wordnet.ts'

const SETS: Readonly<Record<string, (points: number, queries: number) => Promise<VectorSet | undefined>>> = {
  'wordnet-minilm': wordnet,
  clustered,
}

/** The named vectors; without a name the real ones where they are, else the made-up ones. */
export async function vectorSet(name: string | undefined, points: number, queries: number): Promise<VectorSet> {
  for (const candidate of name === undefined ? Object.keys(SETS) : [name]) {
    const load = SETS[candidate]
    if (!load) throw new Error(`There is no data "${name}": ${Object.keys(SETS).join(', ')}.`)
    const set = await load(points, queries)
    if (set) return set
  }
  throw new Error(`The data "${name}" is not here. See bench/README.md.`)
}
