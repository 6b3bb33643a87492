// All that an index works with; loaded when the first one is made.
import type { KernelMemory } from '../kernels.ts'
import { Linker } from './linker.ts'
import type { HnswIndexOptions } from './options.ts'
import { createParts, type HnswParts } from './parts.ts'
import type { Space } from './space.ts'
import { Upkeep } from './upkeep.ts'

export { copyLive, spaceForLive } from './copy-live.ts'
export { readHnswBytes, writeHnswBytes } from './format.ts'
export { canShareMemory } from './shared-leaves.ts'
export { Space } from './space.ts'
export { packLinks } from './stored-links.ts'

export type Machine = HnswParts & { readonly upkeep: Upkeep; readonly linker: Linker }

export function assemble(options: HnswIndexOptions, space: Space, builder: KernelMemory): Machine {
  const parts = createParts(options, space, builder)
  return { ...parts, upkeep: new Upkeep(parts), linker: new Linker(parts) }
}
