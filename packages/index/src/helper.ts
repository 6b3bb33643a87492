import { LEAF_NODE_BYTES, NEAREST, PER_LEAF } from './hnsw/leaves.ts'
import { type BuildInvitation, DONE, EMPTY, READY, SLOT_COUNT, slotAt, TAKEN } from './hnsw/shared-leaves.ts'
import { joinKernels } from './kernels.ts'

/** A helper goes home when nothing was to be done for so long: the builder may have stopped without a word. */
const PATIENCE_MS = 10_000

/** A worker's own scope, or a port: what gets the builder's messages. */
export interface HelperScope {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  /** Of a MessagePort. */
  start?(): void
}

/**
 * Takes part in the bulk builds of an index that names this worker among its `helpers`. To be called once in a worker, which does nothing else
 * while a build goes on; other messages are left alone.
 *
 * @param scope The worker's `self`, or a port to the builder.
 */
export function helpBuilds(scope: HelperScope): void {
  scope.addEventListener('message', ({ data }) => {
    if (isInvitation(data)) help(data)
  })
  scope.start?.()
}

function isInvitation(data: unknown): data is BuildInvitation {
  return typeof data === 'object' && data !== null && (data as { voisin?: unknown }).voisin === 'build'
}

function help({ kernels: shared, table, one, slots, scratch }: BuildInvitation): void {
  const words = new Int32Array(shared.memory.buffer)
  const kernels = joinKernels(shared)
  kernels.place(table)
  kernels.setOne(one)
  const isOver = (): boolean => Atomics.load(words, slots / 4 + 1) !== 0
  let turn = Atomics.load(words, slots / 4)
  while (!isOver()) {
    for (let slot = 0; slot < SLOT_COUNT && !isOver(); slot++) {
      const at = slotAt(slots, slot)
      if (Atomics.compareExchange(words, at / 4, READY, TAKEN) !== READY) continue
      kernels.leaf(at + 64, words[at / 4 + 1]!, NEAREST, PER_LEAF, at + 64 + LEAF_NODE_BYTES, scratch)
      // A slot that the builder has given up meanwhile is free again.
      if (Atomics.compareExchange(words, at / 4, TAKEN, DONE) !== TAKEN) Atomics.store(words, at / 4, EMPTY)
    }
    const now = Atomics.load(words, slots / 4)
    if (now === turn && Atomics.wait(words, slots / 4, turn, PATIENCE_MS) === 'timed-out') return
    turn = now
  }
}
