import { clustered } from './clustered.ts'
import { fetchShared, type ReadShared } from './shared.ts'
import { uniform } from './uniform.ts'
import type { VectorSet } from './vector-set.ts'
import { wordnet } from './wordnet.ts'

type Load = (points: number, queries: number, dim: number, read: ReadShared) => Promise<VectorSet | undefined>

const SETS: Readonly<Record<string, Load>> = { 'wordnet-minilm': wordnet, clustered, uniform }
/** What the real vectors have; other dims and larger sets can only be made up. */
const REAL = { dim: 384, points: 100_000 }

/** The named vectors; without a name the real ones where they are and suffice, else the made-up ones. */
export async function vectorSet(
  name: string | undefined,
  points: number,
  queries: number,
  dim: number = REAL.dim,
  read: ReadShared = fetchShared,
): Promise<VectorSet> {
  const canBeReal = dim === REAL.dim && points <= REAL.points
  const candidates = name !== undefined ? [name] : canBeReal ? ['wordnet-minilm', 'clustered'] : ['clustered']
  for (const candidate of candidates) {
    const load = SETS[candidate]
    if (!load) throw new Error(`There is no data "${name}": ${Object.keys(SETS).join(', ')}.`)
    const set = await load(points, queries, dim, read)
    if (set) return set
  }
  throw new Error(`The data "${name}" is not here. See bench/README.md.`)
}
