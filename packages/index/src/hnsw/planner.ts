import type { SearchPath } from './paths.ts'

/** What things cost on this device, in nanoseconds; measured once there is a graph to compare with, estimates before. */
export interface Costs {
  /** A code of a scan in order. */
  readonly scan: number
  /** A code of a scan of some, at random places. */
  readonly gather: number
  /** The bits of a vector. */
  readonly bits: number
  /** A vector measured in f32. */
  readonly measure: number
}

/** A walk's cost and recall for one ef, measured on a sample. */
export interface EfPoint {
  readonly ef: number
  readonly recall: number
  /** Nanoseconds. */
  readonly cost: number
}

/** Overrides of what the planner would decide. */
export interface PlannerOptions {
  /** Up to so many wanted vectors, every code is looked at. @default 1000 */
  readonly exactUpTo?: number
  /** Costs of this device in nanoseconds, to be taken instead of measured. */
  readonly costs?: Partial<Costs>
}

/** What a search asks. */
export interface PlanRequest {
  /** Vectors there are, deleted ones included; live ones; live and allowed ones. */
  readonly count: number
  readonly live: number
  readonly wanted: number
  /** Deleted ones that walks may still come by. */
  readonly dead: number
  /** Vectors that the graph has not linked yet: a walk is followed by a scan of them. */
  readonly unlinked: number
  readonly k: number
  readonly recall: number
  readonly ef: number | undefined
  readonly path: SearchPath | undefined
  readonly hasGraph: boolean
  readonly codesAreUsable: boolean
  /** Walks measured for about this k, ef rising; empty while nothing is measured. */
  readonly walks: readonly EfPoint[]
  /** How many vectors the path of bits must measure to reach the recall, if that is known. */
  readonly bitsMeasured: number | undefined
}

/** A decision and its grounds. */
export interface Plan {
  readonly path: SearchPath
  /** For `graph`: candidates the walk keeps. For `bits`: vectors measured. */
  readonly effort: number
  readonly reason: string
  /** Milliseconds the planner expects. */
  readonly expectedMs: number
}

/** A walk that must keep more candidates than this is given up for a scan. */
export const MOST_EF = 4096

/** Costs before anything is measured: those of one machine, by the bytes of a code. */
export function estimatedCosts(codeBytes: number): Costs {
  return { scan: codeBytes * 0.07, gather: codeBytes * 0.09, bits: 4 + codeBytes * 0.015, measure: 20 + codeBytes * 0.3 }
}

/** The ef that reaches a recall, by the walks measured; undefined if none of them does. */
export function efFor(walks: readonly EfPoint[], recall: number): number | undefined {
  const at = walks.findIndex((walk) => walk.recall >= recall)
  if (at === -1) return undefined
  const above = walks[at]!
  const below = walks[at - 1]
  if (below === undefined || above.recall >= 1) return above.ef
  // What is missed falls about exponentially with ef.
  const share = (Math.log(1 - below.recall) - Math.log(1 - recall)) / (Math.log(1 - below.recall) - Math.log(1 - above.recall))
  return Math.ceil(below.ef + share * (above.ef - below.ef))
}

/** Nanoseconds a walk takes, between those measured or beyond them. */
export function walkCost(walks: readonly EfPoint[], ef: number, codeBytes: number): number {
  if (walks.length < 2) return 15_000 + ef * codeBytes * 3
  let at = walks.findIndex((walk) => walk.ef >= ef)
  if (at === -1) at = walks.length - 1
  at = Math.max(1, at)
  const a = walks[at - 1]!
  const b = walks[at]!
  return Math.max(a.cost * 0.5, a.cost + ((ef - a.ef) / (b.ef - a.ef)) * (b.cost - a.cost))
}

/** Nanoseconds it takes to list the wanted nodes, for each vector there is. */
const LISTING = 0.4

/** Whether a scan lists the wanted nodes first. If not, it looks at all codes and asks of the near ones only whether they are wanted. */
export function listsWanted(count: number, wanted: number, costs: Costs): boolean {
  return wanted * costs.gather + count * LISTING < count * costs.scan
}

/** Nanoseconds a scan of the wanted codes takes. */
export function scanCost({ count, wanted }: { count: number; wanted: number }, costs: Costs): number {
  return listsWanted(count, wanted, costs) ? wanted * costs.gather + count * LISTING : count * costs.scan
}

/** Chooses how to search. */
export function plan(request: PlanRequest, costs: Costs, codeBytes: number, { exactUpTo = 1000 }: PlannerOptions): Plan {
  const { live, wanted, dead, unlinked, k, recall, ef, path, hasGraph, walks } = request
  const exact = (reason: string): Plan => ({
    path: 'int8',
    effort: 0,
    reason,
    expectedMs: scanCost(request, costs) / 1e6,
  })
  if (!request.codesAreUsable)
    return { path: 'f32', effort: 0, reason: 'codes are being written, or do not hold such vectors', expectedMs: 0 }
  if (path === 'f32') return { path, effort: 0, reason: 'asked for', expectedMs: 0 }
  if (path === 'int8') return exact('asked for')
  if (recall >= 1 && ef === undefined) return exact('a recall of 1 was asked for')
  if (path === 'bits') return { path, effort: Math.max(k, request.bitsMeasured ?? 200), reason: 'asked for', expectedMs: 0 }

  // An ef of an unfiltered walk; a filtered one keeps as many wanted candidates.
  const share = wanted / Math.max(1, live + dead)
  const target = ef ?? efFor(walks, recall)
  const needed = Math.max(k, target ?? 200)
  const effort = share === 1 ? needed : Math.ceil(needed / Math.max(share, 1e-6))
  const walk = walkCost(walks, effort, codeBytes) + unlinked * costs.gather
  const graph = (reason: string): Plan => ({ path: 'graph', effort, reason, expectedMs: walk / 1e6 })
  if (path === 'graph' && hasGraph) return { ...graph('asked for'), effort: Math.min(effort, Math.max(k, MOST_EF)) }
  if (wanted <= Math.max(exactUpTo, k)) return exact(`${wanted} vectors to look at`)
  if (!hasGraph) {
    const measured = request.bitsMeasured
    const bits = measured === undefined ? Number.POSITIVE_INFINITY : request.count * costs.bits + measured * costs.measure
    if (wanted === request.count && bits < scanCost(request, costs)) {
      return { path: 'bits', effort: Math.max(k, measured!), reason: 'there is no graph', expectedMs: bits / 1e6 }
    }
    return exact('there is no graph')
  }
  if (ef !== undefined && wanted === live) return { ...graph('ef was given'), effort: needed }
  if (walks.length === 0 && target === undefined) return exact('no walk was measured for such a k')
  if (target === undefined) return exact(`no walk measured reaches a recall of ${recall} on a sample`)
  if (effort > MOST_EF) return exact(`a walk would have to keep ${effort} candidates`)
  const scan = scanCost(request, costs)
  if (scan <= walk) return exact(`a scan of ${wanted} codes costs less than a walk`)
  return graph(`a walk that keeps ${effort} candidates costs less than a scan of ${wanted} codes`)
}
