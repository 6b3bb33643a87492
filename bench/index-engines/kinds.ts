import type { Chosen } from '../index-rows/options.ts'
import type { SuiteOptions } from '../suite.ts'
import { edgevec } from './edgevec.ts'
import type { EngineKind } from './engine.ts'
import { hnswlibWasm } from './hnswlib-wasm.ts'
import { kindsNamed } from './kinds-named.ts'
import { orama } from './orama.ts'
import { pglite } from './pglite-pgvector.ts'
import { typescriptLoop } from './typescript-loop.ts'
import { voisinExact } from './voisin-exact.ts'
import { hnswBulk, hnswBulkPlain, hnswIncremental } from './voisin-hnsw.ts'
import { voy } from './voy-search.ts'

/** Slow engines take part up to here, unless they are named. */
const SLOW_POINTS = 10_000

export const KINDS: readonly EngineKind[] = [
  hnswBulk,
  hnswIncremental,
  hnswBulkPlain,
  voisinExact,
  hnswlibWasm,
  typescriptLoop,
  edgevec,
  pglite,
  voy,
  orama,
]

/** The engines of a run that have any of its rows: those named (engine or engine/mode, with commas between), else a choice. */
export function chosenKinds({ engine, quick }: SuiteOptions, { n, isLarge, groups }: Chosen): EngineKind[] {
  const kinds = engine === undefined ? defaultKinds(quick, n, isLarge) : kindsNamed(KINDS, engine)
  return kinds.filter(({ rows }) => rows.some((group) => groups.includes(group)))
}

function defaultKinds(quick: boolean, n: number, isLarge: boolean): readonly EngineKind[] {
  if (isLarge) return [hnswBulk]
  if (quick) return [hnswBulk, hnswlibWasm]
  return KINDS.filter(({ isSlow }) => !isSlow || n <= SLOW_POINTS)
}
