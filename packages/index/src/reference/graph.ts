import { byDistance, type Candidate, type Measure, select } from './links.ts'

// The scalar twin of assembly/walk.ts, insert.ts, search.ts and repair.ts: a graph link for link the same.

/** Distance of what is asked for to a node. */
export type MeasureTo = (node: number) => number

export interface GraphOptions {
  readonly m: number
  readonly efConstruction: number
  /** Links a node chooses for itself on level 0. */
  readonly forward: number
  readonly alphaInverse: number
  readonly measure: Measure
}

interface Seen extends Candidate {
  isExpanded: boolean
}

/** Candidates that a level's insertion looks at. */
const MOST_CANDIDATES = 250

export class ReferenceGraph {
  /** By level, by node. */
  readonly links: Map<number, number[]>[] = []
  entry: number | undefined
  #top = 0
  readonly #options: GraphOptions

  constructor(options: GraphOptions) {
    this.#options = options
  }

  /** Links a node into the levels up to its own. */
  insert(node: number, level: number): void {
    const { efConstruction, measure } = this.#options
    for (let at = 0; at <= level; at++) this.#level(at).set(node, [])
    if (this.entry === undefined) {
      this.entry = node
      this.#top = level
      return
    }
    const measureTo: MeasureTo = (other) => measure(node, other)
    const start = this.#descend(measureTo, level)
    let found: Candidate[] = [{ node: start, distance: measureTo(start) }]
    for (let at = Math.min(this.#top, level); at >= 0; at--) {
      found = this.#walk(found, measureTo, efConstruction, at, new Set([node]))
      this.#link(node, at, found)
    }
    if (level <= this.#top) return
    this.entry = node
    this.#top = level
  }

  /** The `ef` nearest a walk finds, nearest first. `without`: a node that it passes by. */
  search(measureTo: MeasureTo, ef: number, without?: number): Candidate[] {
    const start = this.#descend(measureTo, 0)
    const seen = new Set(without === undefined ? [] : [without])
    return this.#walk([{ node: start, distance: measureTo(start) }], measureTo, ef, 0, seen)
  }

  /** Takes a deleted node out of its neighbours' links. */
  bypass(gone: number, isLive: (node: number) => boolean): void {
    const level = this.#level(0)
    const around = level.get(gone)!
    for (const neighbour of around) {
      const links = level.get(neighbour)!
      const place = links.indexOf(gone)
      if (place === -1) continue
      const [nearest] = around
        .filter((other) => other !== neighbour && isLive(other) && !links.includes(other))
        .map((other, order) => ({ node: other, distance: this.#options.measure(neighbour, other), order }))
        .sort((a, b) => a.distance - b.distance || a.order - b.order)
      if (nearest !== undefined) links[place] = nearest.node
    }
  }

  #level(at: number): Map<number, number[]> {
    this.links[at] ??= new Map()
    return this.links[at]
  }

  #descend(measureTo: MeasureTo, to: number): number {
    let nearest = this.entry!
    for (let level = this.#top; level > to; level--) {
      for (;;) {
        const [best] = this.#level(level)
          .get(nearest)!
          .map((node, order) => ({ node, distance: measureTo(node), order }))
          .sort((a, b) => a.distance - b.distance || a.order - b.order)
        if (best === undefined || best.distance >= measureTo(nearest)) break
        nearest = best.node
      }
    }
    return nearest
  }

  #walk(from: readonly Candidate[], measureTo: MeasureTo, ef: number, level: number, seen: Set<number>): Candidate[] {
    const pool: Seen[] = from.map((candidate) => ({ ...candidate, isExpanded: false }))
    for (const { node } of from) seen.add(node)
    for (;;) {
      const next = pool.find(({ isExpanded }) => !isExpanded)
      if (next === undefined) return pool.map(({ node, distance }) => ({ node, distance }))
      next.isExpanded = true
      for (const node of this.#level(level).get(next.node)!) {
        if (seen.has(node)) continue
        seen.add(node)
        const distance = measureTo(node)
        if (pool.length >= ef && distance >= pool[ef - 1]!.distance) continue
        pool.push({ node, distance, isExpanded: false })
        pool.sort(byDistance)
        if (pool.length > ef) pool.pop()
      }
    }
  }

  #link(node: number, level: number, found: readonly Candidate[]): void {
    const { m, forward, alphaInverse, measure } = this.#options
    const lists = this.#level(level)
    const chosen = select(found.slice(0, MOST_CANDIDATES), level === 0 ? forward : m, alphaInverse, measure)
    lists.set(
      node,
      chosen.map((candidate) => candidate.node),
    )
    const most = level === 0 ? 2 * m : m
    for (const { node: other } of chosen) {
      const links = [...lists.get(other)!, node]
      if (links.length <= most) {
        lists.set(other, links)
        continue
      }
      const candidates = links.map((link) => ({ node: link, distance: measure(other, link) })).sort(byDistance)
      lists.set(
        other,
        select(candidates, most, alphaInverse, measure).map((candidate) => candidate.node),
      )
    }
  }
}
