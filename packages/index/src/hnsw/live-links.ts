import { leadPast } from './lead-past.ts'
import type { Links } from './links.ts'
import type { Measured } from './measured.ts'
import type { HnswParts } from './parts.ts'

/** Where more than this part of the nodes is gone, walks of what is left are another matter than those that were measured. */
const MOST_GONE = 0.1

/** A copy of an index's links as they are at this moment, led past all that is deleted; nodes are called as there. Undefined without a graph. */
export function* liveLinks({ space, table, graph }: HnswParts): Generator<void, Links | undefined> {
  const { linked, records } = graph
  const { entry } = space
  if (!graph.exists || entry === undefined) return undefined
  const { u8, u32, regions, parameters } = space
  const { at } = regions
  const words = (start: number, length: number) => u32.slice(start / 4, start / 4 + length)
  const isGone = new Uint8Array(linked)
  for (let node = 0; node < linked; node++) if (!table.isLiveNode(node)) isGone[node] = 1
  const links: Links = {
    order: Uint32Array.from(isGone.keys()),
    links: words(at.links, linked * parameters.m0),
    linkCounts: u8.slice(at.linkCounts, at.linkCounts + linked),
    levels: u8.slice(at.levels, at.levels + linked),
    uppers: words(at.uppers, linked),
    arena: words(at.arena, records * (parameters.m + 1)),
    records,
    entry,
  }
  return yield* leadPast(links, parameters.m, isGone)
}

/** What holds of walks once some of their nodes are gone: what they cost on this device in any case. */
export function measuredWithout({ costs, tunings }: Measured, gone: number, nodes: number): Measured {
  return { costs, tunings: gone > MOST_GONE * nodes ? [] : tunings }
}
