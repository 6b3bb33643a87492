import { align } from '../layout.ts'
import type { BuildSpace } from './build-space.ts'

// Random partitions: every node goes to the nearest few of some nodes drawn as leaders, and each leader's nodes are parted again, until they
// are few enough for a leaf. Leaders of leaders keep the cost of a node nearly the same however many there are (a point of a million meets
// some two hundred leaders, not twenty thousand).

/** One step of a partition: how large its parts are to be, and to how many of them a node goes. */
interface Step {
  readonly size: number
  readonly fanout: number
}

const PART = 5000
/** A leaf's nodes: meant, and at most. */
const LEAF = 285
export const LEAF_MOST = 512
/** More attempts to part what will not be parted (equal vectors) are in vain. */
const ATTEMPTS = 6
/** Nodes that meet their leaders in one step: about 2 ms. */
const AT_ONCE = 1024

/** Eight or nine leaves a node: with six a walk must visit a quarter more nodes to find as many (docs/performance.md). */
function stepsFor(count: number): Step[] {
  if (count <= 2 * PART) return [{ size: LEAF, fanout: 8 }]
  if (count <= 200_000) {
    return [
      { size: PART, fanout: 3 },
      { size: LEAF, fanout: 3 },
    ]
  }
  return [
    { size: Math.ceil(Math.sqrt(count * PART)), fanout: 2 },
    { size: PART, fanout: 2 },
    { size: LEAF, fanout: 2 },
  ]
}

/**
 * Parts nodes at random and gives each leaf, at most `LEAF_MOST` nodes that lie near each other. A node is in several leaves.
 * @param nodes Is put in another order.
 * @param random Numbers of [0, 1).
 * @param onLeaf Called between two steps.
 * @returns A generator that yields after each step of a few milliseconds.
 */
export function* partition(
  space: BuildSpace,
  nodes: Uint32Array,
  random: () => number,
  onLeaf: (nodes: Uint32Array) => Iterable<void>,
): Generator<void, void> {
  yield* part(space, nodes, stepsFor(nodes.length), 0, random, onLeaf)
}

function* part(
  space: BuildSpace,
  nodes: Uint32Array,
  steps: readonly Step[],
  attempt: number,
  random: () => number,
  onLeaf: (nodes: Uint32Array) => Iterable<void>,
): Generator<void, void> {
  if (nodes.length <= LEAF_MOST) {
    if (nodes.length > 0) yield* onLeaf(nodes)
    return
  }
  if (attempt === ATTEMPTS) {
    for (let at = 0; at < nodes.length; at += LEAF_MOST) yield* onLeaf(nodes.subarray(at, at + LEAF_MOST))
    return
  }
  const [step = { size: LEAF, fanout: 1 }, ...rest] = steps
  const { parts, starts } = yield* assign(space, nodes, step, random)
  for (let i = 0; i + 1 < starts.length; i++) {
    yield* part(space, parts.subarray(starts[i]!, starts[i + 1]!), rest, steps.length > 0 ? 0 : attempt + 1, random, onLeaf)
  }
}

/** Gives nodes to their nearest leaders. Part i is `parts` from `starts[i]` to `starts[i + 1]`. */
function* assign(
  space: BuildSpace,
  nodes: Uint32Array,
  { size, fanout }: Step,
  random: () => number,
): Generator<void, { parts: Uint32Array; starts: Uint32Array }> {
  const { kernels } = space.memory
  const leaderCount = Math.max(2, 2 * Math.round((nodes.length * fanout) / size / 2))
  const given = Math.min(fanout, leaderCount)
  for (let i = 0; i < leaderCount; i++) {
    const j = i + Math.floor(random() * (nodes.length - i))
    const node = nodes[j]!
    nodes[j] = nodes[i]!
    nodes[i] = node
  }
  const bytes = [
    leaderCount * 4,
    kernels.panelBytes(leaderCount, false),
    AT_ONCE * 4,
    AT_ONCE * given * 4,
    kernels.assignScratchBytes(),
  ].map((length) => align(length, 64))
  const [, panelBytes, nodeBytes, outBytes] = bytes as [number, number, number, number]
  const leadersAt = space.scratch(bytes.reduce((sum, length) => sum + length, 0))
  const panel = leadersAt + bytes[0]!
  const nodesAt = panel + panelBytes
  const out = nodesAt + nodeBytes
  const scratch = out + outBytes
  space.u32.set(nodes.subarray(0, leaderCount), leadersAt / 4)
  kernels.gatherCodes(leadersAt, leaderCount, leaderCount, panel)
  const chosen = new Uint32Array(nodes.length * given)
  const starts = new Uint32Array(leaderCount + 1)
  for (let at = 0; at < nodes.length; at += AT_ONCE) {
    const some = nodes.subarray(at, at + AT_ONCE)
    space.u32.set(some, nodesAt / 4)
    kernels.assign(nodesAt, some.length, panel, leaderCount, given, out, scratch)
    for (let i = 0, from = out / 4, to = at * given; i < some.length * given; i++) {
      const leader = space.u32[from + i]!
      chosen[to + i] = leader
      starts[leader + 1]!++
    }
    // `space.scratch` may serve others meanwhile, but only when this generator has ended.
    yield
  }
  for (let i = 0; i < leaderCount; i++) starts[i + 1]! += starts[i]!
  const fill = starts.slice()
  const parts = new Uint32Array(chosen.length)
  for (let i = 0, place = 0; i < nodes.length; i++) {
    for (let j = 0; j < given; j++, place++) parts[fill[chosen[place]!]!++] = nodes[i]!
    if (i % 131_072 === 131_071) yield
  }
  return { parts, starts }
}
