import type { Metric } from '@voisin/spec'
import { randomFloats } from './random.ts'

/** Kinds of vectors that are hard on codes. */
export const KINDS = ['even', 'outliers', 'one far out', 'mixed sizes', 'equal', 'grid', 'constant', 'sparse'] as const
export type Kind = (typeof KINDS)[number]

const LARGEST: Readonly<Record<Metric, number>> = { cosine: 1e30, dot: 1e18, l2: 1e18 }

/** Rows of a kind, about as large as `scale`; each one that an index would take. */
export function adversarialRows(
  random: () => number,
  kind: Kind,
  { count, dim, metric, scale }: { count: number; dim: number; metric: Metric; scale: number },
): Float32Array {
  const rows = randomFloats(random, count * dim)
  for (let row = 0; row < count; row++) {
    if (kind === 'equal' && row % 3 > 0) {
      rows.copyWithin(row * dim, (row - 1) * dim, row * dim)
      continue
    }
    for (let i = row * dim; i < (row + 1) * dim; i++) {
      if (kind === 'outliers' && random() < 0.02) rows[i]! *= 10 ** (random() * 6)
      else if (kind === 'one far out' && row === 0) rows[i]! *= 1e17
      else if (kind === 'mixed sizes') rows[i]! *= 10 ** (random() * 12 - 6)
      else if (kind === 'grid') rows[i] = Math.round(rows[i]!) || 1
      else if (kind === 'constant') rows[i] = 1
      else if (kind === 'sparse' && random() < 0.9) rows[i] = 0
    }
    fit(rows.subarray(row * dim, (row + 1) * dim), metric, scale)
  }
  return rows
}

/** Scales a row, and then into the range an index takes. */
export function fit(row: Float32Array, metric: Metric, scale: number): void {
  const norm = () => Math.sqrt(row.reduce((sum, element) => sum + element * element, 0))
  const multiply = (factor: number) => {
    for (let i = 0; i < row.length; i++) row[i]! *= factor
  }
  const most = LARGEST[metric] * 0.9
  const before = norm()
  multiply(before * scale > most ? most / before : scale)
  if (metric !== 'cosine') return
  if (norm() === 0) row[0] = 1
  while (norm() < 1e-29) multiply(1e10)
}
