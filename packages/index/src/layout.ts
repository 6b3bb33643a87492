import { InvalidArgumentError, LimitError, type Metric } from '@voisin/spec'

/** Largest number of elements of a vector. */
export const MAX_DIM = 4096

/** One page less than 4 GiB: the address after the last byte must still be a u32. */
export const MAX_BYTES: number = 2 ** 32 - 65536

/**
 * Where a flat index keeps what, in bytes.
 *
 * ```
 *  0        64      64 + 304   + 16                          each 64-byte aligned
 *  ├ unused ┼ batch ┼ moments ─┼ query ┼ vectors ┼ norms ┼ live ┼ allow ┼ scratch …
 * ```
 * `vectors`: `capacity` rows of `rowBytes`, zeros after `dim` elements. `norms`: an f32 per vector for cosine, else nothing. `live` and
 * `allow`: a bit per vector, rounded up to whole u64. `scratch` lasts for one call and takes what memory it needs: the pool of a
 * search, or the offsets and answers of `distances`. It comes last, so that a large k moves nothing.
 */
export interface FlatLayout {
  /** In vectors; a multiple of 64. */
  readonly capacity: number
  /** Length of a vector in memory: a multiple of 16. */
  readonly rowBytes: number
  readonly batch: number
  readonly moments: number
  readonly query: number
  readonly vectors: number
  readonly norms: number
  readonly live: number
  readonly allow: number
  readonly scratch: number
}

/** Refuses a dim that is no integer from 1 to 4,096. */
export function checkDim(dim: number): void {
  if (Number.isInteger(dim) && dim >= 1 && dim <= MAX_DIM) return
  throw new InvalidArgumentError('No such dim.', { expected: `an integer from 1 to ${MAX_DIM}`, received: String(dim) })
}

/**
 * The layout with room for `capacity` vectors or a few more.
 * @throws {LimitError} It would pass 4 GiB.
 */
export function flatLayout(dim: number, metric: Metric, capacity: number): FlatLayout {
  const rounded = Math.max(64, align(capacity, 64))
  const rowBytes = align(dim * 4, 16)
  const batch = 64
  const moments = batch + 304
  const query = align(moments + 16, 64)
  const vectors = align(query + rowBytes, 64)
  const norms = align(vectors + rounded * rowBytes, 64)
  const live = align(norms + (metric === 'cosine' ? rounded * 4 : 0), 64)
  const allow = align(live + rounded / 8, 64)
  const scratch = align(allow + rounded / 8, 64)
  checkBytes(scratch)
  return { capacity: rounded, rowBytes, batch, moments, query, vectors, norms, live, allow, scratch }
}

/**
 * The layout to grow into: at least `needed` vectors, half as much again as before where memory allows it.
 * @throws {LimitError} Even `needed` vectors would pass 4 GiB.
 */
export function grownLayout(dim: number, metric: Metric, before: number, needed: number): FlatLayout {
  const generous = Math.max(needed, before + Math.ceil(before / 2))
  if (generous * (align(dim * 4, 16) + 5) > MAX_BYTES / 2) {
    // Near the limit every byte counts: half of what is left, not half as much again.
    const most = largestCapacity(dim, metric)
    return flatLayout(dim, metric, Math.max(needed, Math.min(generous, Math.floor((before + most) / 2))))
  }
  return flatLayout(dim, metric, generous)
}

/** Refuses what would pass 4 GiB of WebAssembly memory, or a lower limit. */
export function checkBytes(bytes: number, maxBytes: number = MAX_BYTES): void {
  if (bytes <= maxBytes) return
  throw new LimitError('The index would outgrow its memory.', {
    expected: `at most ${maxBytes} bytes${maxBytes === MAX_BYTES ? ', the limit of WebAssembly' : ''}`,
    received: `a need of ${bytes} bytes`,
    remedy: 'Split the vectors over several indexes, or use vectors of fewer dimensions.',
  })
}

function largestCapacity(dim: number, metric: Metric): number {
  const bytesPerVector = align(dim * 4, 16) + (metric === 'cosine' ? 4 : 0) + 2 / 8
  // The fixed parts and the alignments are below 32 KiB; a MiB stays free for scratch.
  return Math.floor((MAX_BYTES - 2 ** 20 - 32768) / bytesPerVector / 64) * 64
}

/** Rounded up to a multiple. */
export function align(value: number, to: number): number {
  return Math.ceil(value / to) * to
}
