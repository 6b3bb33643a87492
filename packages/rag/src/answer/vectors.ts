import type { Embedder } from '@voisin/spec'

/** The vectors of texts, each embedded once. */
export type Vectors = (texts: readonly string[]) => Promise<(text: string) => Float32Array>

export function createVectors(embedder: Pick<Embedder, 'embedDocuments'>, signal?: AbortSignal): Vectors {
  const known = new Map<string, Float32Array>()
  return async (texts) => {
    const missing = [...new Set(texts)].filter((text) => !known.has(text))
    if (missing.length > 0) {
      const { data, dim } = await embedder.embedDocuments(missing, signal ? { signal } : {})
      for (const [row, text] of missing.entries()) known.set(text, data.subarray(row * dim, (row + 1) * dim))
    }
    return (text) => known.get(text)!
  }
}

/** Of unit vectors: their cosine. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

// Cosines of two words that have nothing to do with each other, and of two that mean the same.
const UNRELATED = 0.2
const SAME = 0.6

/** How near in meaning the nearest of some words is, 0 … 1. */
export function nearest(vector: Float32Array, others: readonly Float32Array[]): number {
  let best = 0
  for (const other of others) best = Math.max(best, dot(vector, other))
  return Math.min(1, Math.max(0, (best - UNRELATED) / (SAME - UNRELATED)))
}
