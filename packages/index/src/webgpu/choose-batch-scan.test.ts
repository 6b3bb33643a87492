import { expect, test } from 'vitest'
import { type BatchScan, chooseBatchScan } from './choose-batch-scan.ts'

/** Scans that take the given times, one after another, by a clock of their own. */
function clocked() {
  let time = 0
  const calls: string[] = []
  const scan = (name: string, times: readonly number[]): BatchScan => {
    let at = 0
    return {
      searchMany: async () => {
        calls.push(name)
        time += times[at++ % times.length]!
      },
    }
  }
  return { scan, calls, now: () => time }
}

const queries = new Float32Array(4)

test('the median of the rounds decides, and the first call of each does not count', async () => {
  const { scan, calls, now } = clocked()
  const gpu = scan('gpu', [1000, 5, 4, 900, 6, 5])
  const cpu = scan('cpu', [1, 7, 8, 7, 0, 7])
  expect(await chooseBatchScan({ gpu, cpu, queries, k: 3, now })).toEqual({ faster: 'gpu', gpuMs: 5, cpuMs: 7 })
  expect(calls.join(' ')).toBe('gpu cpu gpu cpu cpu gpu gpu cpu cpu gpu gpu cpu')
})

test('at equal times the CPU is chosen, and an even number of rounds has a median too', async () => {
  const { scan, now } = clocked()
  const options = { gpu: scan('gpu', [9, 2, 4]), cpu: scan('cpu', [9, 4, 2]), queries, k: 1, rounds: 2, now }
  expect(await chooseBatchScan(options)).toEqual({ faster: 'cpu', gpuMs: 3, cpuMs: 3 })
})

test('a CPU scan may answer without a promise', async () => {
  const cpu: BatchScan = { searchMany: () => [] }
  const { faster, gpuMs, cpuMs } = await chooseBatchScan({ gpu: cpu, cpu, queries, k: 1, rounds: 1, now: () => 0 })
  expect([faster, gpuMs, cpuMs]).toEqual(['cpu', 0, 0])
})

test('an abort is heard between measurements, and a failure is passed on', async () => {
  const { scan, calls } = clocked()
  const cpu = scan('cpu', [1])
  const controller = new AbortController()
  const gpu: BatchScan = { searchMany: () => controller.abort('enough') }
  await expect(chooseBatchScan({ gpu, cpu, queries, k: 1, signal: controller.signal })).rejects.toBe('enough')
  expect(calls).toEqual([])
  const lost = new Error('lost')
  const failing: BatchScan = { searchMany: () => Promise.reject(lost) }
  await expect(chooseBatchScan({ gpu: failing, cpu, queries, k: 1 })).rejects.toBe(lost)
})

test('a number of rounds that cannot be is refused', async () => {
  const { scan } = clocked()
  const options = { gpu: scan('gpu', [1]), cpu: scan('cpu', [1]), queries, k: 1 }
  for (const rounds of [0, 1.5, Number.NaN]) {
    await expect(chooseBatchScan({ ...options, rounds })).rejects.toMatchObject({ code: 'invalid-argument' })
  }
})
