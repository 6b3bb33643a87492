import { LimitError } from '@voisin/spec'
import { SEGMENT } from './select-shader.ts'

/** The limits of a device that matter here, in bytes. */
export type BufferLimits = Pick<GPUSupportedLimits, 'maxStorageBufferBindingSize' | 'maxBufferSize'>

// A block is scanned in one go, against so many queries at most. Larger ones would gain nothing: a GPU is full with far less. And
// between two of them an abort is heard, and the screen gets its turn.
const BLOCK_BYTES = 64 * 2 ** 20
const BLOCK_ROWS = 32_768
const BATCH_QUERIES = 256
// Each of five scratch buffers.
const SCRATCH_BYTES = 32 * 2 ** 20

/** How many vectors a block of the point set holds: a multiple of 32, so that each block's mask begins with a word. */
export function blockRows(rowBytes: number, limits: BufferLimits): number {
  const bytes = Math.min(BLOCK_BYTES, largestBuffer(limits))
  return Math.min(BLOCK_ROWS, Math.floor(bytes / rowBytes / 32) * 32)
}

/** How many queries go through the point set together, and what each may keep. */
export interface BatchPlan {
  /** Queries per batch, 1 … 256. */
  readonly queries: number
  readonly k: number
  /** Vectors of the largest block. */
  readonly rows: number
  /** Candidates that a segment of a block keeps per query. */
  readonly kept: number
  /** Bytes per query of the buffers for keys, for the segments' candidates and for the nearest k. */
  readonly keysBytes: number
  readonly candidatesBytes: number
  readonly nearestBytes: number
}

/**
 * The largest batch whose scratch buffers stay within bounds.
 * @throws {LimitError} The k nearest of a single query would fill more than a buffer can hold.
 */
export function planBatch(queryCount: number, k: number, rows: number, limits: BufferLimits): BatchPlan {
  const largest = largestBuffer(limits)
  if (k * 8 > largest) {
    throw new LimitError('The k nearest outgrow what the GPU can bind.', {
      expected: `k ≤ ${Math.floor(largest / 8)}`,
      received: String(k),
      remedy: 'Ask for fewer, or search with FlatIndex.',
    })
  }
  const kept = Math.min(k, SEGMENT)
  const keysBytes = rows * 4
  const candidatesBytes = Math.ceil(rows / SEGMENT) * kept * 8
  const nearestBytes = k * 8
  const fitting = Math.floor(Math.min(SCRATCH_BYTES, largest) / Math.max(keysBytes, candidatesBytes, nearestBytes))
  const queries = Math.max(1, Math.min(queryCount, BATCH_QUERIES, fitting))
  return { queries, k, rows, kept, keysBytes, candidatesBytes, nearestBytes }
}

function largestBuffer({ maxStorageBufferBindingSize, maxBufferSize }: BufferLimits): number {
  return Math.min(maxStorageBufferBindingSize, maxBufferSize)
}
