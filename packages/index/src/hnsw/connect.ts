import type { BuildSpace } from './build-space.ts'

/** Candidates of the walk that looks for the nearest reachable node. */
const EF = 64
/** Nodes visited in one step: about a millisecond. */
const NODES_AT_ONCE = 8192

/**
 * Makes every node reachable from the entry. Leaves hold only near nodes, so clusters that lie far apart would stay apart: what the links of
 * level 0 do not reach is linked from the nearest node they do reach, and back. Yields every few milliseconds.
 */
export function* connect(space: BuildSpace): Generator<void, void> {
  const { at, count, m0, memory, u32, u8 } = space
  const isReached = new Uint8Array(count)
  const queue = new Uint32Array(count)
  let tail = 0
  const reach = (node: number): void => {
    if (isReached[node]) return
    isReached[node] = 1
    queue[tail++] = node
  }
  reach(u32[at.state / 4]!)
  // A node's last link is given away once: what was linked before must stay reachable.
  const hasGiven = new Set<number>()
  let unreached = 0
  for (let head = 0; head < count; head++) {
    if (head === tail) {
      while (isReached[unreached]) unreached++
      const size = memory.kernels.searchNode(unreached, EF, count, at.pool)
      const from = nearestWithRoom(space, size, hasGiven)
      addLink(space, from, unreached)
      addLink(space, unreached, from)
      reach(unreached)
      yield
    }
    const node = queue[head]!
    const first = at.links / 4 + node * m0
    for (let i = 0; i < u8[at.linkCounts + node]!; i++) reach(u32[first + i]!)
    if (head % NODES_AT_ONCE === NODES_AT_ONCE - 1) yield
  }
}

/** Of the nodes a walk found, all of them reachable, the nearest that has room for a link or has not given its last one yet. */
function nearestWithRoom({ at, m0, u32, u8 }: BuildSpace, size: number, hasGiven: Set<number>): number {
  for (let i = 0; i < size; i++) {
    const node = u32[at.pool / 4 + i * 2]! >>> 1
    if (u8[at.linkCounts + node]! < m0) return node
    if (hasGiven.has(node)) continue
    hasGiven.add(node)
    return node
  }
  return u32[at.pool / 4]! >>> 1
}

function addLink({ at, m0, u32, u8 }: BuildSpace, from: number, to: number): void {
  const links = Math.min(u8[at.linkCounts + from]!, m0 - 1)
  u32[at.links / 4 + from * m0 + links] = to
  u8[at.linkCounts + from] = links + 1
}
