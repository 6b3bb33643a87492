// Published types. None of them names a type of WebGPU: those are not in every project's library.

/** A `GPUDevice`, by some of its parts. */
export interface WebGpuDevice {
  readonly lost: Promise<unknown>
  readonly queue: object
  readonly limits: object
  destroy(): void
}

/** What the browser tells of a GPU. Any of it may be empty: browsers hide what would identify a person. */
export interface WebGpuInfo {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
}
