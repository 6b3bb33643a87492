/** What one run of the model may hold. */
export interface BatchLimits {
  /** Tokens of a batch, padding included: rows × the longest row. A single text may exceed it. */
  readonly maxTokens: number
  readonly maxTexts: number
}

/**
 * Groups texts of like length, so that little of a batch is padding.
 *
 * @param lengths Tokens of each text, each ≥ 1.
 * @returns Batches of positions, longest texts first (what does not fit into memory fails at the start, not at the end). Each
 * position is in exactly one batch.
 */
export function planBatches(lengths: ArrayLike<number>, { maxTokens, maxTexts }: BatchLimits): Uint32Array[] {
  const order = Uint32Array.from({ length: lengths.length }, (_, position) => position)
  order.sort((a, b) => lengths[b]! - lengths[a]! || a - b)
  const batches: Uint32Array[] = []
  for (let start = 0; start < order.length; ) {
    // The first of a batch is its longest: it sets the width of every row.
    const width = lengths[order[start]!]!
    const rows = Math.max(1, Math.min(maxTexts, Math.floor(maxTokens / width)))
    batches.push(order.slice(start, start + rows))
    start += rows
  }
  return batches
}
