import { LimitError, UnsupportedError, type VoisinError } from '@voisin/spec'

/**
 * Calls `work`, and resolves to what the GPU had against it. Without this a refused buffer or pass is silently one of zeros.
 * `work` is synchronous, so that the scopes hold its calls alone, also on a device that others use.
 */
export function scoped(device: GPUDevice, work: () => void): Promise<VoisinError | undefined> {
  device.pushErrorScope('validation')
  device.pushErrorScope('internal')
  device.pushErrorScope('out-of-memory')
  work()
  return Promise.all([device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]).then(
    ([memory, internal, validation]) => {
      if (memory) return outOfMemory(memory.message)
      const error = internal ?? validation
      return error ? refused(error) : undefined
    },
    () => undefined, // A lost device has no scopes; that it is lost is known by `lost`.
  )
}

/** The GPU, or the browser's driver of it, cannot do what the scan asks. */
export function refused(cause: { readonly message: string }): UnsupportedError {
  return new UnsupportedError('This GPU refuses the scan.', {
    received: cause.message,
    remedy: 'Search with FlatIndex.',
    cause,
  })
}

function outOfMemory(received: string): LimitError {
  return new LimitError('The GPU has no memory left.', {
    received,
    remedy: 'Scan fewer vectors, close other scans, or search with FlatIndex.',
  })
}
