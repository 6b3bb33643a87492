import { expect, test } from 'vitest'
import { describeDevice, openDevice } from './adapter.ts'

const unsupported = { code: 'unsupported', remedy: expect.stringContaining('FlatIndex') }

test('no adapter, or an adapter without a device, is unsupported', async () => {
  await expect(openDevice({ requestAdapter: async () => null })).rejects.toMatchObject(unsupported)
  const cause = new DOMException('no device', 'OperationError')
  const adapter = { requestDevice: () => Promise.reject(cause) } as unknown as GPUAdapter
  await expect(openDevice({ requestAdapter: async () => adapter })).rejects.toMatchObject({ ...unsupported, cause })
})

test('a GPU is described by what its browser tells, if only by nothing', () => {
  const describe = (adapterInfo?: object) => describeDevice({ adapterInfo } as unknown as GPUDevice)
  const nothing = { vendor: '', architecture: '', device: '', description: '' }
  expect(describe()).toEqual({ info: nothing, isSoftware: false })
  expect(describe({ vendor: 'google', architecture: 'swiftshader' }).isSoftware).toBe(true)
  expect(describe({ vendor: 'mesa', description: 'llvmpipe (LLVM 15)' }).isSoftware).toBe(true)
  expect(describe({ vendor: 'apple', isFallbackAdapter: false })).toEqual({
    info: { ...nothing, vendor: 'apple' },
    isSoftware: false,
  })
  expect(describe({ isFallbackAdapter: true }).isSoftware).toBe(true)
})
