import type { Metric } from '@voisin/spec'
import { expect, onTestFinished, test } from 'vitest'
import { randomFloats, seeded } from '../testing/random.ts'
import { openDevice } from './adapter.ts'
import { openWebGpuScan, type WebGpuScan } from './webgpu-scan.ts'

const device = await openDevice().catch(() => undefined)
const onGpu = test.skipIf(device === undefined)
const code = (code: string) => expect.objectContaining({ code })
const queries = randomFloats(seeded(1), 3 * 2)

/** Several blocks, so that a search has several steps. */
async function filled(on: GPUDevice | undefined = device): Promise<WebGpuScan> {
  const scan = await openWebGpuScan({ dim: 3, metric: 'l2', ...(on && { device: on }) })
  onTestFinished(() => scan.close())
  scan.addMany(randomFloats(seeded(2), 3 * 70_000))
  return scan
}

onGpu('what an index refuses is refused, and nothing is added', async () => {
  const scan = await openWebGpuScan({ dim: 4, metric: 'cosine', device: device! })
  onTestFinished(() => scan.close())
  const good = Float32Array.of(1, 2, 3, 4)
  scan.addMany(good)
  const half = new Float32Array(8)
  half.set(good)
  expect(() => scan.addMany(half)).toThrow(code('invalid-vector'))
  expect(() => scan.addMany(Float32Array.of(1, 2, Number.NaN, 4))).toThrow(code('invalid-vector'))
  expect(() => scan.addMany(new Float32Array(5).fill(1))).toThrow(code('dimension-mismatch'))
  expect(() => scan.addMany([1, 2, 3, 4] as unknown as Float32Array)).toThrow(code('invalid-argument'))
  expect(scan.count).toBe(1)
  for (const offset of [-1, 1, 0.5, Number.NaN]) expect(() => scan.delete(offset)).toThrow(code('invalid-argument'))
  for (const k of [0, -1, 1.5, Number.NaN]) {
    await expect(scan.searchMany(good, k)).rejects.toMatchObject({ code: 'invalid-argument' })
  }
  await expect(scan.searchMany(half, 1)).rejects.toMatchObject({ code: 'invalid-vector' })
  await expect(scan.searchMany(new Float32Array(6).fill(1), 1)).rejects.toMatchObject({ code: 'dimension-mismatch' })
  await expect(scan.searchMany(good, 1, { allow: new Uint8Array(0) })).rejects.toMatchObject({ code: 'invalid-argument' })
  expect((await scan.searchMany(good, 9))[0]!.offsets).toEqual(Uint32Array.of(0))
})

onGpu('a dim, metric or device that cannot be is refused', async () => {
  for (const dim of [0, 4097, 1.5, Number.NaN]) {
    await expect(openWebGpuScan({ dim, metric: 'l2', device: device! })).rejects.toMatchObject({ code: 'invalid-argument' })
  }
  const metric = 'hamming' as Metric
  await expect(openWebGpuScan({ dim: 3, metric, device: device! })).rejects.toMatchObject({ code: 'invalid-argument' })
  const notADevice = { lost: Promise.resolve(), queue: {}, limits: {}, destroy() {} }
  await expect(openWebGpuScan({ dim: 3, metric: 'l2', device: notADevice })).rejects.toMatchObject({ code: 'invalid-argument' })
})

onGpu('an abort ends a search between two blocks, and the next search answers', async () => {
  const scan = await filled()
  const whole = await scan.searchMany(queries, 3)
  await expect(scan.searchMany(queries, 3, { signal: AbortSignal.abort('before') })).rejects.toBe('before')
  const controller = new AbortController()
  const search = scan.searchMany(queries, 3, { signal: controller.signal })
  const next = scan.searchMany(queries, 3)
  controller.abort('while it searched')
  await expect(search).rejects.toBe('while it searched')
  expect(await next).toEqual(whole)
})

onGpu('closing rejects what is pending and refuses what comes, and may be done again', async () => {
  const scan = await filled()
  const searches = [scan.searchMany(queries, 3), scan.searchMany(queries, 3)]
  scan.close()
  scan.close()
  for (const search of searches) await expect(search).rejects.toMatchObject({ code: 'closed' })
  const calls: readonly (() => unknown)[] = [
    () => scan.count,
    () => scan.liveCount,
    () => scan.memoryBytes,
    () => scan.addMany(queries),
    () => scan.delete(0),
  ]
  for (const call of calls) expect(call).toThrow(code('closed'))
  await expect(scan.searchMany(queries, 3)).rejects.toMatchObject({ code: 'closed' })
})

onGpu('closing a scan in the middle of its work leaves a shared device as it was', async () => {
  const other = await filled()
  const wanted = await other.searchMany(queries, 3)
  const uncaptured: string[] = []
  const listen = (event: GPUUncapturedErrorEvent) => uncaptured.push(event.error.message)
  device!.addEventListener('uncapturederror', listen)
  onTestFinished(() => device!.removeEventListener('uncapturederror', listen))
  for (const turns of [1, 2, 3, 5]) {
    const scan = await filled()
    const search = scan.searchMany(queries, 3)
    for (let turn = 0; turn < turns; turn++) await device!.queue.onSubmittedWorkDone()
    scan.close()
    await search.catch((error: unknown) => expect(error).toMatchObject({ code: 'closed' }))
  }
  expect(await other.searchMany(queries, 3)).toEqual(wanted)
  expect(uncaptured).toEqual([])
})

onGpu('a scan closes the device it opened, and only that', async () => {
  const own = await filled(undefined)
  expect((await own.searchMany(queries, 1)).length).toBe(2)
  own.close()
  await expect(own.searchMany(queries, 1)).rejects.toMatchObject({ code: 'closed' })
  const shared = await openDevice()
  onTestFinished(() => shared.destroy())
  const first = await filled(shared)
  const second = await filled(shared)
  const wanted = await first.searchMany(queries, 2)
  first.close()
  expect(await second.searchMany(queries, 2)).toEqual(wanted)
})

onGpu('a lost device rejects what is pending and ends the scan', async () => {
  const lost = await openDevice()
  const scan = await filled(lost)
  const searches = [scan.searchMany(queries, 3), scan.searchMany(queries, 3)]
  lost.destroy()
  for (const search of searches) {
    const error = await search.catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'closed', message: expect.stringContaining('lost') })
  }
  await lost.lost
  expect(() => scan.addMany(queries)).toThrow(code('closed'))
  expect(() => scan.count).toThrow(code('closed'))
  await expect(scan.searchMany(queries, 3)).rejects.toMatchObject({ code: 'closed' })
  await expect(filled(lost)).rejects.toMatchObject({ code: 'closed' })
})

onGpu('a scan that the GPU has no room for ends with the reason', async () => {
  // A device on which every buffer is too large.
  const size = device!.limits.maxBufferSize + 4
  const full = new Proxy(device!, {
    get(target, name) {
      if (name === 'createBuffer') return (buffer: GPUBufferDescriptor) => target.createBuffer({ ...buffer, size })
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const scan = await openWebGpuScan({ dim: 3, metric: 'l2', device: full })
  expect(scan.addMany(queries)).toBe(0)
  const refusal = { code: 'unsupported', remedy: expect.any(String) }
  await expect(scan.searchMany(queries, 1)).rejects.toMatchObject(refusal)
  expect(() => scan.addMany(queries)).toThrow(code('unsupported'))
  await expect(scan.searchMany(queries, 1)).rejects.toMatchObject(refusal)
})
