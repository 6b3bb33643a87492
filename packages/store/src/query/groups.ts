import type { FusedHit } from './fuse.ts'
import { groupsBy, isThere } from './group-of.ts'
import { parseFilter } from './parse-filter.ts'
import type { Round, Search } from './ranking.ts'
import { selectPoints } from './select-points.ts'

/** A hit in its place. */
export interface ListedHit extends FusedHit {
  /** How many more of its group were candidates when it got its place; undefined where there are no groups. */
  readonly others?: number
}

export interface GroupOptions {
  /** What the field that is grouped by has at an offset. */
  readonly valuesAt: (offset: number) => readonly unknown[]
  /** How many hits of one group are listed at most. */
  readonly groupSize: number
  /** How many hits are wanted. */
  readonly wanted: number
  /** Candidates below it are nobody's `others`. */
  readonly scoreThreshold: number
  /** Says how many hits there can be; asked where the first round does not give enough. */
  readonly most: () => number
}

/**
 * The ranking, less each hit that has `groupSize` better ones of its group. As places in the ranking do not depend on how many are
 * asked for, neither do those in this list; and a hit's `others` are counted in the round that gave it its place.
 */
export function grouped(rounds: Iterable<Round>, options: GroupOptions): ListedHit[] {
  const { groupSize, wanted, scoreThreshold } = options
  const groupOf = groupsBy(options.valuesAt)
  const hits: ListedHit[] = []
  const placed = new Set<number>()
  const sizes = new Map<unknown, number>()
  let most: number | undefined
  for (const { ranked, places } of rounds) {
    const found = new Map<unknown, number>()
    for (const { offset, score } of ranked) if (score >= scoreThreshold) addTo(found, groupOf(offset))
    for (const hit of ranked) {
      if (placed.size === places) break
      if (placed.has(hit.offset)) continue
      placed.add(hit.offset)
      const group = groupOf(hit.offset)
      if (addTo(sizes, group) > groupSize) continue
      // Below the threshold nobody is shown, and was nobody counted.
      hits.push({ ...hit, others: Math.max(0, (found.get(group) ?? 0) - 1) })
      if (hits.length === wanted) return hits
    }
    most ??= options.most()
    if (hits.length >= most) return hits
  }
  return hits
}

/**
 * How many hits a field's groups can give at most: few long documents need not be gone through to their ends. Only where counting is
 * cheap, of a declared field; and of points that match no query, too.
 */
export function mostGrouped({ state, allow }: Search, path: string, groupSize: number): number {
  if (!state.isDeclared(path)) return Number.POSITIVE_INFINITY
  // Those that cannot be decoded are not counted, and each is found alone.
  let most = state.undecodable.size
  state.tally(path, allow ?? selectPoints(state, parseFilter({})), (values, points) => {
    most += isThere(values) ? Math.min(points, groupSize) : points
  })
  return most
}

function addTo(counts: Map<unknown, number>, group: unknown): number {
  const count = (counts.get(group) ?? 0) + 1
  counts.set(group, count)
  return count
}
