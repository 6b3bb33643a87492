import type { FusedHit } from './fuse.ts'

/** Others of its group that support a hit. */
const SUPPORTERS = 2

/**
 * A ranking in which hits of one group support each other: each gains a share of the scores of the two best others, where these are above 0.
 *
 * @param ranked Best first.
 * @param groupOf The same for all of a group, and for nobody else.
 * @returns Best first; hits that are level stay in their order.
 */
export function supported(ranked: readonly FusedHit[], groupOf: (offset: number) => unknown, share: number): FusedHit[] {
  // One more than support anyone: the hit itself may be among them.
  const best = new Map<unknown, FusedHit[]>()
  for (const hit of ranked) {
    if (hit.score <= 0) break
    const group = groupOf(hit.offset)
    const those = best.get(group)
    if (those === undefined) best.set(group, [hit])
    else if (those.length <= SUPPORTERS) those.push(hit)
  }
  const hits = ranked.map((hit) => {
    const others = (best.get(groupOf(hit.offset)) ?? []).filter((other) => other !== hit).slice(0, SUPPORTERS)
    const support = share * others.reduce((sum, { score }) => sum + score, 0)
    return support === 0 ? hit : { ...hit, score: hit.score + support, support }
  })
  // Sorting is stable.
  return hits.sort((a, b) => b.score - a.score)
}
