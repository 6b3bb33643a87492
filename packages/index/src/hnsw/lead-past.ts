import type { Links } from './links.ts'
import { splice } from './splice.ts'

/** Nodes that are looked at in one step: about a millisecond. */
const NODES_AT_ONCE = 8_192
/** Nodes that are gone that are led past in one step. */
const GONE_AT_ONCE = 512
/** For a link to a node that is gone a node gets so many of that one's, at most. */
const REPLACEMENTS = 2

/**
 * Leads links past nodes that are gone: whoever linked to one links to some of those that it linked to. One node goes after the other, so that
 * the links go on where many that lie together are gone. What can then be reached no more by links of level 0, and could be before, is linked
 * from the last node that was on the way to it and is still there.
 *
 * @param links Changed in place, all but the order.
 * @param isGone By node, 1 or 0.
 * @returns The same links without the nodes that are gone, or could not be reached before; undefined where none is left.
 */
export function* leadPast<T extends Links>(links: T, m: number, isGone: Uint8Array): Generator<void, T | undefined> {
  const entry = highest(links, isGone)
  if (entry === undefined) return undefined
  // As long as links lead to what is gone, it shows who leads to whom.
  const ways = yield* waysFrom(entry, links, 2 * m, isGone)
  yield* replaceGone(links, 2 * m, isGone)
  const isKept = yield* reachAll(entry, links, 2 * m, ways)
  dropUpper(links, m, isKept)
  const order = links.order.filter((node) => isKept[node] === 1)
  return { ...links, order, entry: { node: entry, level: links.levels[entry]! } }
}

/** What can be reached, and by way of whom. */
interface Ways {
  /** Nodes that are there, none before whoever leads to it. */
  readonly met: readonly number[]
  /** By node, the last one on the way to it that is there. */
  readonly by: Uint32Array
}

/** The first of the highest level that is there. */
function highest({ levels }: Links, isGone: Uint8Array): number | undefined {
  let best: number | undefined
  for (let node = 0; node < levels.length; node++) {
    if (isGone[node] === 0 && (best === undefined || levels[node]! > levels[best]!)) best = node
  }
  return best
}

function* waysFrom(entry: number, links: Links, m0: number, isGone: Uint8Array): Generator<void, Ways> {
  const by = new Uint32Array(links.levels.length)
  const met: number[] = []
  const isSeen = new Uint8Array(links.levels.length)
  const queue = new Uint32Array(links.levels.length)
  let tail = 0
  const see = (node: number, from: number): void => {
    if (isSeen[node]) return
    isSeen[node] = 1
    by[node] = from
    if (isGone[node] === 0) met.push(node)
    queue[tail++] = node
  }
  see(entry, entry)
  let head = 0
  // From where walks began before, in case that one is gone.
  for (const start of [entry, links.entry.node]) {
    see(start, entry)
    for (; head < tail; head++) {
      const node = queue[head]!
      const from = isGone[node] === 0 ? node : by[node]!
      for (let i = node * m0; i < node * m0 + links.linkCounts[node]!; i++) see(links.links[i]!, from)
      if (head % NODES_AT_ONCE === NODES_AT_ONCE - 1) yield
    }
  }
  return { met, by }
}

function* replaceGone({ links, linkCounts }: Links, m0: number, isGone: Uint8Array): Generator<void, void> {
  /** By a node that is gone, those that link to it; some of them may do so no more. */
  const into = new Map<number, number[]>()
  const link = (from: number, to: number): void => {
    if (isGone[to] === 0) return
    const sources = into.get(to)
    if (sources === undefined) into.set(to, [from])
    else sources.push(from)
  }
  for (let node = 0; node < linkCounts.length; node++) {
    for (let i = node * m0; i < node * m0 + linkCounts[node]!; i++) link(node, links[i]!)
    if (node % NODES_AT_ONCE === NODES_AT_ONCE - 1) yield
  }
  let looked = 0
  for (const gone of [...into.keys()].sort((a, b) => a - b)) {
    const next = links.slice(gone * m0, gone * m0 + linkCounts[gone]!).filter((to) => to !== gone)
    for (const [turn, from] of into.get(gone)!.entries()) replace(from, gone, next, turn)
    linkCounts[gone] = 0
    into.delete(gone)
    if (++looked % GONE_AT_ONCE === 0) yield
  }
  // Those that nobody links to lead nowhere either.
  for (let node = 0; node < linkCounts.length; node++) if (isGone[node] === 1) linkCounts[node] = 0

  /** Each turn begins elsewhere, so that none of the next ones is given to all. */
  function replace(from: number, gone: number, next: Uint32Array, turn: number): void {
    const first = from * m0
    const place = links.subarray(first, first + linkCounts[from]!).indexOf(gone)
    if (place === -1) return
    links.copyWithin(first + place, first + place + 1, first + linkCounts[from]!)
    linkCounts[from]!--
    let added = 0
    for (let i = 0; i < next.length && added < REPLACEMENTS && linkCounts[from]! < m0; i++) {
      const to = next[(turn + i) % next.length]!
      const end = first + linkCounts[from]!
      if (to === from || links.subarray(first, end).includes(to)) continue
      links[end] = to
      linkCounts[from]!++
      added++
      link(from, to)
    }
  }
}

/** Links what cannot be reached. Returns by node whether it can be now. */
function* reachAll(entry: number, links: Links, m0: number, { met, by }: Ways): Generator<void, Uint8Array> {
  const isReached = new Uint8Array(links.levels.length)
  const queue = new Uint32Array(met.length)
  let head = 0
  let tail = 0
  const reach = (node: number): void => {
    if (isReached[node]) return
    isReached[node] = 1
    queue[tail++] = node
  }
  for (const node of met) {
    // Whoever led to it has been reached before it.
    if (isReached[node] === 0) {
      if (node !== entry) splice(links, m0, by[node]!, node)
      reach(node)
    }
    for (; head < tail; head++) {
      const from = queue[head]!
      for (let i = from * m0; i < from * m0 + links.linkCounts[from]!; i++) reach(links.links[i]!)
      if (head % NODES_AT_ONCE === NODES_AT_ONCE - 1) yield
    }
  }
  return isReached
}

function dropUpper({ arena, records }: Links, m: number, isKept: Uint8Array): void {
  for (let record = 0; record < records; record++) {
    const first = record * (m + 1)
    let kept = 0
    for (let i = 1; i <= arena[first]!; i++) {
      const to = arena[first + i]!
      if (isKept[to] === 1) arena[first + ++kept] = to
    }
    arena[first] = kept
  }
}
