import { InvalidArgumentError } from '@voisin/spec'

/** Something that answers many queries in one call: a `WebGpuScan`, or what stands in for it on the CPU. */
export interface BatchScan {
  /** Queries: count × dim, row-major. A promise is waited for. */
  searchMany(queries: Float32Array, k: number): unknown
}

export interface ChooseBatchScanOptions {
  readonly gpu: BatchScan
  /** With the same vectors in it. */
  readonly cpu: BatchScan
  /** As many and as long as they will be: count × dim, row-major. What is faster depends on it. */
  readonly queries: Float32Array
  /** Candidates per query, at least 1. */
  readonly k: number
  /** How often each is measured, at least 1. @default 5 */
  readonly rounds?: number
  /** Heard between two measurements. */
  readonly signal?: AbortSignal
  /** Milliseconds now. @default performance.now */
  readonly now?: () => number
}

export interface BatchScanChoice {
  /** At equal times the CPU: it leaves the GPU to others. */
  readonly faster: 'gpu' | 'cpu'
  /** Median time of one `searchMany` on the GPU, from the call to its last answer, in milliseconds. */
  readonly gpuMs: number
  /** The same on the CPU. */
  readonly cpuMs: number
}

/**
 * Measures which of two scans is faster here, on this device and this data. A GPU is made for many queries and many vectors; with few it
 * spends its time on the way there and back. Where that turns differs with every machine: nothing but measuring tells.
 *
 * Each answers once to warm up; then they take turns, and the median of each one's rounds counts.
 *
 * @throws {InvalidArgumentError} `rounds` is no positive integer.
 * @throws What `searchMany` throws.
 */
export async function chooseBatchScan(options: ChooseBatchScanOptions): Promise<BatchScanChoice> {
  const { gpu, cpu, queries, k, rounds = 5, signal, now = () => performance.now() } = options
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    throw new InvalidArgumentError('No such number of rounds.', { expected: 'an integer ≥ 1', received: String(rounds) })
  }
  const measure = async (scan: BatchScan) => {
    signal?.throwIfAborted()
    const started = now()
    await scan.searchMany(queries, k)
    return now() - started
  }
  await measure(gpu)
  await measure(cpu)
  const gpuTimes: number[] = []
  const cpuTimes: number[] = []
  for (let round = 0; round < rounds; round++) {
    // Each begins every other round, so that neither always finds the caches as the other left them.
    if (round % 2 === 0) gpuTimes.push(await measure(gpu))
    cpuTimes.push(await measure(cpu))
    if (round % 2 === 1) gpuTimes.push(await measure(gpu))
  }
  const gpuMs = median(gpuTimes)
  const cpuMs = median(cpuTimes)
  return { faster: gpuMs < cpuMs ? 'gpu' : 'cpu', gpuMs, cpuMs }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
