import { UnsupportedError } from '@voisin/spec'
import type { WebGpuInfo } from './device-types.ts'

// The only file that asks the browser for a GPU.

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i

/**
 * A device of the fastest adapter, with default limits.
 * @throws {UnsupportedError} There is no WebGPU, no adapter, or the adapter gives no device.
 */
export async function openDevice(gpu: Pick<GPU, 'requestAdapter'> | undefined = globalThis.navigator?.gpu): Promise<GPUDevice> {
  if (gpu === undefined) throw unsupported('There is no WebGPU here.')
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw unsupported('WebGPU has no adapter here.')
  try {
    return await adapter.requestDevice()
  } catch (error) {
    throw unsupported('The adapter gives no device.', error)
  }
}

/** What is known of a device's GPU, and whether it is the CPU in disguise. */
export function describeDevice(device: GPUDevice): { info: WebGpuInfo; isSoftware: boolean } {
  // Older browsers tell it of the adapter alone.
  const known: Partial<GPUAdapterInfo> = device.adapterInfo ?? {}
  const { vendor = '', architecture = '', device: name = '', description = '' } = known
  const isSoftware = known.isFallbackAdapter ?? SOFTWARE.test(`${vendor} ${architecture} ${name} ${description}`)
  return { info: { vendor, architecture, device: name, description }, isSoftware }
}

function unsupported(summary: string, cause?: unknown): UnsupportedError {
  return new UnsupportedError(summary, {
    expected: 'navigator.gpu with an adapter, in a secure context',
    remedy: 'Search with FlatIndex, which needs no GPU.',
    cause,
  })
}
