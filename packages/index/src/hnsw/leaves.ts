import { align } from '../layout.ts'
import type { BuildSpace } from './build-space.ts'
import { LEAF_MOST } from './partition.ts'

/** Nearest of a leaf that a node looks at, and how many of them become candidates. */
export const NEAREST = 12
export const PER_LEAF = 8
/** Bytes of a leaf's node numbers, and of the keys found for them. */
export const LEAF_NODE_BYTES: number = LEAF_MOST * 4
export const LEAF_KEY_BYTES: number = LEAF_MOST * PER_LEAF * 8

/** Who computes leaves. */
export interface Leaves {
  /** Links the nodes of a leaf among each other, now or later. May yield between steps. */
  link(nodes: Uint32Array): Generator<void, void>
  /** Finishes what was to be done later. */
  finish(): Generator<void, void>
  close(): void
}

/** Computes each leaf at once. */
export class OwnLeaves implements Leaves {
  readonly #space: BuildSpace

  constructor(space: BuildSpace) {
    this.#space = space
  }

  *link(nodes: Uint32Array): Generator<void, void> {
    const { kernels } = this.#space.memory
    const scratch = kernels.leafScratchBytes(nodes.length, NEAREST)
    const nodesAt = this.#space.scratch(LEAF_NODE_BYTES + LEAF_KEY_BYTES + scratch)
    const keys = align(nodesAt + LEAF_NODE_BYTES, 64)
    this.#space.u32.set(nodes, nodesAt / 4)
    kernels.leaf(nodesAt, nodes.length, NEAREST, PER_LEAF, keys, keys + LEAF_KEY_BYTES)
    kernels.gatherCandidates(nodesAt, nodes.length, keys, PER_LEAF)
    yield
  }

  *finish(): Generator<void, void> {}

  close(): void {}
}
