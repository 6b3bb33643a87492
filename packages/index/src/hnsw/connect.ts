import type { BuildSpace } from './build-space.ts'

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
      const from = found.find((node) => u8[at.linkCounts + node]! < m0) ?? found[0] ?? entry
      splice(space, from, unreached)
      reach(unreached)
      yield
    }
    const node = queue[head]!
    const first = at.links / 4 + node * m0
    for (let i = 0; i < u8[at.linkCounts + node]!; i++) reach(u32[first + i]!)
    if (head % NODES_AT_ONCE === NODES_AT_ONCE - 1) yield
  }
}

/**
 * Links two nodes, of which only `from` is reached. A full one gives up its last link, and what that led to is linked from `to`, so that it
 * stays reachable. Nothing was reached by way of `to`: what its list gives up is no loss.
 */
function splice({ at, m0, u32, u8 }: BuildSpace, from: number, to: number): void {
  const fromLinks = u8[at.linkCounts + from]!
  const back = [from]
  if (fromLinks < m0) u8[at.linkCounts + from] = fromLinks + 1
  else back.push(u32[at.links / 4 + from * m0 + m0 - 1]!)
  u32[at.links / 4 + from * m0 + Math.min(fromLinks, m0 - 1)] = to
  const kept = Math.min(u8[at.linkCounts + to]!, m0 - back.length)
  u32.set(back, at.links / 4 + to * m0 + kept)
  u8[at.linkCounts + to] = kept + back.length
}
