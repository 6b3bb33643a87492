import type { Links } from './links.ts'

/**
 * Links two nodes on level 0, of which only `from` is reached. A full one gives up its last link, and what that led to is linked from `to`, so that
 * it stays reachable. Nothing was reached by way of `to`: what its list gives up is no loss.
 */
export function splice({ links, linkCounts }: Pick<Links, 'links' | 'linkCounts'>, m0: number, from: number, to: number): void {
  const count = linkCounts[from]!
  const back = count < m0 ? [from] : [from, links[from * m0 + m0 - 1]!]
  links[from * m0 + Math.min(count, m0 - 1)] = to
  linkCounts[from] = Math.min(count + 1, m0)
  const kept = Math.min(linkCounts[to]!, m0 - back.length)
  links.set(back, to * m0 + kept)
  linkCounts[to] = kept + back.length
}
