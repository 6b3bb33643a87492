import { expect, test } from 'vitest'
import { openWebGpuScan } from './index.ts'

test('where there is no WebGPU, as in Node, the scan says so and what to do', async () => {
  await expect(openWebGpuScan({ dim: 3, metric: 'l2' })).rejects.toMatchObject({
    code: 'unsupported',
    remedy: expect.stringContaining('FlatIndex'),
  })
})
