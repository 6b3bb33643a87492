import type { SharedKernels } from '../kernels.ts'
import { align } from '../layout.ts'
import type { BuildSpace } from './build-space.ts'
import { LEAF_KEY_BYTES, LEAF_NODE_BYTES, type Leaves, NEAREST, PER_LEAF } from './leaves.ts'
import { LEAF_MOST } from './partition.ts'

// Leaves that several threads compute. They stand in slots of shared memory; whoever changes a slot's state from ready to taken computes it.
// Only the builder reads what was found, so candidates need no lock. A helper may come late, stop or die: the builder never waits for one.
// When nothing is left to take, it computes what is taken and not done once more by itself and gives the slot up.
//   control: i32 turn (counts up with every ready slot), i32 whether the build is over
//   slot:    i32 state, i32 count, then (64-byte aligned) node numbers, then keys

/** A worker, or a port to one, that runs `helpBuilds`. */
export interface BuildHelper {
  postMessage(message: unknown): void
}

/** What a helper is sent. */
export interface BuildInvitation {
  readonly voisin: 'build'
  readonly kernels: SharedKernels
  readonly table: number
  readonly one: number
  readonly slots: number
  /** The helper's own scratch. */
  readonly scratch: number
}

export const SLOT_COUNT = 32
/** A helper that dies takes one slot with it; half of them must be left. */
const HELPERS_AT_MOST = SLOT_COUNT / 2
export const SLOT_BYTES: number = 64 + LEAF_NODE_BYTES + LEAF_KEY_BYTES
export const CONTROL_BYTES = 64
export const READY = 1
export const TAKEN = 2
export const DONE = 3
export const EMPTY = 0
const GIVEN_UP = 4

/** Whether memory can be shared with workers here. */
export function canShareMemory(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean }
  return typeof SharedArrayBuffer === 'function' && crossOriginIsolated !== false
}

/** The address of a slot; `slots` is that of the control words. */
export function slotAt(slots: number, slot: number): number {
  return slots + CONTROL_BYTES + slot * SLOT_BYTES
}

export class SharedLeaves implements Leaves {
  readonly #space: BuildSpace
  readonly #words: Int32Array
  readonly #slots: number
  readonly #scratch: number

  constructor(space: BuildSpace, one: number, helpers: readonly BuildHelper[]) {
    this.#space = space
    const { memory, at } = space
    const scratchBytes = align(memory.kernels.leafScratchBytes(LEAF_MOST, NEAREST), 64)
    this.#slots = space.take(CONTROL_BYTES + SLOT_COUNT * SLOT_BYTES)
    this.#scratch = space.take(scratchBytes)
    const invited = helpers.slice(0, HELPERS_AT_MOST)
    const invitations = invited.map(
      (): BuildInvitation => ({
        voisin: 'build',
        kernels: memory.shared!,
        table: at.table,
        one,
        slots: this.#slots,
        scratch: space.take(scratchBytes),
      }),
    )
    // All slots lie below what grows later, so this view stays good.
    this.#words = new Int32Array(memory.buffer)
    for (const [i, helper] of invited.entries()) helper.postMessage(invitations[i])
  }

  *link(nodes: Uint32Array): Generator<void, void> {
    let slot = this.#emptySlot()
    while (slot === undefined) {
      if (!this.#computeOne()) this.#computeTaken()
      slot = this.#emptySlot()
      yield
    }
    const at = slotAt(this.#slots, slot)
    this.#words[at / 4 + 1] = nodes.length
    this.#words.set(nodes, (at + 64) / 4)
    Atomics.store(this.#words, at / 4, READY)
    Atomics.add(this.#words, this.#slots / 4, 1)
    Atomics.notify(this.#words, this.#slots / 4)
  }

  *finish(): Generator<void, void> {
    while (this.#computeOne()) yield
    while (this.#computeTaken()) yield
    this.#emptySlot()
  }

  close(): void {
    Atomics.store(this.#words, this.#slots / 4 + 1, 1)
    Atomics.add(this.#words, this.#slots / 4, 1)
    Atomics.notify(this.#words, this.#slots / 4)
  }

  /** Collects what is done; a slot that is free then. */
  #emptySlot(): number | undefined {
    let empty: number | undefined
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = slotAt(this.#slots, slot)
      const state = Atomics.load(this.#words, at / 4)
      if (state === DONE) this.#collect(at)
      if (state === DONE || state === EMPTY) empty ??= slot
    }
    return empty
  }

  /** Computes a ready leaf; false if there is none. */
  #computeOne(): boolean {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = slotAt(this.#slots, slot)
      if (Atomics.compareExchange(this.#words, at / 4, READY, TAKEN) !== READY) continue
      this.#compute(at, at + 64 + LEAF_NODE_BYTES)
      this.#collect(at)
      return true
    }
    return false
  }

  /** Computes a leaf that a helper has not done yet, beside the helper's own place; false if there is none. */
  #computeTaken(): boolean {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = slotAt(this.#slots, slot)
      if (Atomics.compareExchange(this.#words, at / 4, TAKEN, GIVEN_UP) !== TAKEN) continue
      const keys = this.#space.scratch(LEAF_KEY_BYTES)
      this.#compute(at, keys)
      this.#space.memory.kernels.gatherCandidates(at + 64, this.#words[at / 4 + 1]!, keys, PER_LEAF)
      return true
    }
    return false
  }

  #compute(at: number, keys: number): void {
    this.#space.memory.kernels.leaf(at + 64, this.#words[at / 4 + 1]!, NEAREST, PER_LEAF, keys, this.#scratch)
  }

  #collect(at: number): void {
    const count = this.#words[at / 4 + 1]!
    this.#space.memory.kernels.gatherCandidates(at + 64, count, at + 64 + LEAF_NODE_BYTES, PER_LEAF)
    Atomics.store(this.#words, at / 4, EMPTY)
  }
}
