// Scalar twins of assembly/select.ts, leaf.ts, partition.ts and candidates.ts: they must choose the same.

/** A candidate and its distance. */
export interface Candidate {
  readonly node: number
  readonly distance: number
}

/** Distance between two nodes. */
export type Measure = (a: number, b: number) => number

/** Nearest first, at equal distance the smaller number. */
export function byDistance(a: Candidate, b: Candidate): number {
  return a.distance - b.distance || a.node - b.node
}

/**
 * The neighbour heuristic: of candidates, nearest first, those that no chosen one covers.
 * @param alphaInverse ⌊2¹⁶ / alpha⌋.
 */
export function select(candidates: readonly Candidate[], most: number, alphaInverse: number, measure: Measure): Candidate[] {
  const chosen: Candidate[] = []
  for (const candidate of candidates) {
    if (chosen.length === most) break
    const limit = Math.floor((candidate.distance * alphaInverse) / 65536)
    if (!chosen.some(({ node }) => measure(candidate.node, node) < limit)) chosen.push(candidate)
  }
  return chosen
}

/** For each node of a leaf the best links within it: of its `nearest`, at most `most` that the heuristic keeps. */
export function leaf(
  nodes: readonly number[],
  nearest: number,
  most: number,
  alphaInverse: number,
  measure: Measure,
): Candidate[][] {
  return nodes.map((from, own) => {
    const places = nodes
      .map((node, place) => ({ node: place, distance: measure(from, node) }))
      .filter(({ node }) => node !== own)
      .sort(byDistance)
    const kept = select(places.slice(0, nearest), most, alphaInverse, (a, b) => measure(nodes[a]!, nodes[b]!))
    return kept.map(({ node, distance }) => ({ node: nodes[node]!, distance }))
  })
}

/** For each node the numbers of its `fanout` nearest leaders. */
export function assign(nodes: readonly number[], leaders: readonly number[], fanout: number, measure: Measure): number[][] {
  return nodes.map((from) =>
    leaders
      .map((leader, node) => ({ node, distance: measure(from, leader) }))
      .sort(byDistance)
      .slice(0, fanout)
      .map(({ node }) => node),
  )
}

/** Puts a candidate into a sorted list of at most so many, without repeats. */
export function offer(list: Candidate[], candidate: Candidate, most: number): void {
  if (list.some(({ node }) => node === candidate.node)) return
  list.push(candidate)
  list.sort(byDistance)
  if (list.length > most) list.pop()
}

/**
 * The links of level 0 that follow from candidate lists: each node chooses, offers the link back, and chooses anew where it was offered too
 * many.
 */
export function linksOf(
  lists: readonly Candidate[][],
  { capacity, forward, m0, alphaInverse }: { capacity: number; forward: number; m0: number; alphaInverse: number },
  measure: Measure,
): { chosen: Candidate[][]; links: number[][] } {
  const chosen = lists.map((list) => select(list, forward, alphaInverse, measure))
  const offered: Candidate[][] = lists.map(() => [])
  for (const [node, list] of chosen.entries()) {
    for (const { node: other, distance } of list) offer(offered[other]!, { node, distance }, capacity - chosen[other]!.length)
  }
  const links = chosen.map((own, node) => {
    const all = [...own]
    for (const candidate of offered[node]!) offer(all, candidate, Number.POSITIVE_INFINITY)
    return (all.length > m0 ? select(all, m0, alphaInverse, measure) : all).map((candidate) => candidate.node)
  })
  return { chosen, links }
}
