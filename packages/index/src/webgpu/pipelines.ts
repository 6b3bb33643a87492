import { refused } from './error-scopes.ts'
import { MERGE_WGSL, SEGMENT_WGSL } from './select-shader.ts'
import { TILE_WGSL } from './tile-shader.ts'

/** The three passes over a block, in their order. */
export interface Pipelines {
  readonly tile: GPUComputePipeline
  readonly segment: GPUComputePipeline
  readonly merge: GPUComputePipeline
}

// Compiling takes long, so the scans of a device share what is compiled.
const known = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>()

/**
 * The shaders, compiled for a metric.
 * @throws {UnsupportedError} The GPU or its driver refuses them.
 */
export async function openPipelines(device: GPUDevice, metric: number): Promise<Pipelines> {
  try {
    const [tile, segment, merge] = await Promise.all([
      compiled(device, TILE_WGSL, { metric }),
      compiled(device, SEGMENT_WGSL),
      compiled(device, MERGE_WGSL),
    ])
    return { tile, segment, merge }
  } catch (error) {
    throw refused(error as GPUPipelineError)
  }
}

function compiled(device: GPUDevice, code: string, constants: Record<string, number> = {}): Promise<GPUComputePipeline> {
  const pipelines = known.get(device) ?? new Map<string, Promise<GPUComputePipeline>>()
  known.set(device, pipelines)
  const name = JSON.stringify(constants) + code
  const before = pipelines.get(name)
  if (before !== undefined) return before
  const module = device.createShaderModule({ code })
  const pipeline = device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main', constants } })
  pipelines.set(name, pipeline)
  pipeline.catch(() => pipelines.delete(name))
  return pipeline
}
