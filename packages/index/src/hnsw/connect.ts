import type { BuildSpace } from './build-space.ts'
import { splice } from './splice.ts'

/** Candidates of the walk that looks for the nearest reachable node. */
const EF = 64
/** Nodes visited in one step: about a millisecond. */
const NODES_AT_ONCE = 8192

/**
 * Makes every node reachable from the entry by links of level 0. Leaves hold only near nodes, so clusters that lie far apart would stay apart:
 * what is not reached is linked from the nearest node that is, and back. Yields every few milliseconds.
 */
export function* connect(space: BuildSpace): Generator<void, void> {
  const { at, count, m0, memory, u32, u8 } = space
  const links = u32.subarray(at.links / 4, at.links / 4 + count * m0)
  const linkCounts = u8.subarray(at.linkCounts, at.linkCounts + count)
  const entry = u32[at.state / 4]!
  const isReached = new Uint8Array(count)
  const queue = new Uint32Array(count)
  let tail = 0
  const reach = (node: number): void => {
    if (isReached[node]) return
    isReached[node] = 1
    queue[tail++] = node
  }
  reach(entry)
  let unreached = 0
  for (let head = 0; head < count; head++) {
    if (head === tail) {
      while (isReached[unreached]) unreached++
      // The walk comes down the upper levels, so it may find nodes that level 0 does not reach either.
      const size = memory.kernels.searchNode(unreached, EF, count, at.pool)
      const found = Array.from({ length: size }, (_, i) => u32[at.pool / 4 + i * 2]! >>> 1).filter((node) => isReached[node])
      const from = found.find((node) => linkCounts[node]! < m0) ?? found[0] ?? entry
      splice({ links, linkCounts }, m0, from, unreached)
      reach(unreached)
      yield
    }
    const node = queue[head]!
    for (let i = node * m0; i < node * m0 + linkCounts[node]!; i++) reach(links[i]!)
    if (head % NODES_AT_ONCE === NODES_AT_ONCE - 1) yield
  }
}
