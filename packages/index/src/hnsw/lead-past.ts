import type { Links } from './links.ts'

/** Nodes that are looked at in one step: about a millisecond. */
const NODES_AT_ONCE = 8_192
/** For a link to a node that is gone a node gets so many of that one's, at most. */
const REPLACEMENTS = 2

/**
 * Leads links past nodes that are gone: whoever linked to one links to some of those that it linked to. One node goes after the other, so that
 * the links go on where many that lie together are gone. What the entry does not reach then by links of level 0 is left out, to be linked anew.
 *
 * @param links Changed in place, all but the order.
 * @param isGone By node, 1 or 0.
 * @returns The same links without the nodes that are gone or left out; undefined where none is left.
 */
export function* leadPast<T extends Links>(links: T, m: number, isGone: Uint8Array): Generator<void, T | undefined> {
  yield* replaceGone(links, 2 * m, isGone)
  const entry = highest(links, isGone)
  if (entry === undefined) return undefined
  yield
  const isKept = yield* reached(links, 2 * m, entry)
  dropUpper(links, m, isKept)
  const order = links.order.filter((node) => isKept[node] === 1)
  return { ...links, order, entry: { node: entry, level: links.levels[entry]! } }
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
  for (const gone of [...into.keys()].sort((a, b) => a - b)) yield* passBy(gone)
  // Those that nobody links to lead nowhere either.
  for (let node = 0; node < linkCounts.length; node++) if (isGone[node] === 1) linkCounts[node] = 0

  function* passBy(gone: number): Generator<void, void> {
    const next = links.slice(gone * m0, gone * m0 + linkCounts[gone]!)
    for (const [turn, from] of into.get(gone)!.entries()) {
      const first = from * m0
      const place = links.subarray(first, first + linkCounts[from]!).indexOf(gone)
      if (place === -1) continue
      links.copyWithin(first + place, first + place + 1, first + linkCounts[from]!)
      linkCounts[from]!--
      let added = 0
      // Each begins elsewhere, so that none of the next ones is given to all.
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
    linkCounts[gone] = 0
    into.delete(gone)
    if (++looked % 512 === 0) yield
  }
}

/** The first of the highest level that is there. */
function highest({ levels }: Links, isGone: Uint8Array): number | undefined {
  let best: number | undefined
  for (let node = 0; node < levels.length; node++) {
    if (isGone[node] === 0 && (best === undefined || levels[node]! > levels[best]!)) best = node
  }
  return best
}

function* reached({ links, linkCounts, levels }: Links, m0: number, entry: number): Generator<void, Uint8Array> {
  const isReached = new Uint8Array(levels.length)
  const queue = new Uint32Array(levels.length)
  let tail = 0
  const reach = (node: number): void => {
    if (isReached[node]) return
    isReached[node] = 1
    queue[tail++] = node
  }
  reach(entry)
  for (let head = 0; head < tail; head++) {
    const first = queue[head]! * m0
    for (let i = 0; i < linkCounts[queue[head]!]!; i++) reach(links[first + i]!)
    if (head % NODES_AT_ONCE === NODES_AT_ONCE - 1) yield
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
