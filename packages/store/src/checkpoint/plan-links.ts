import type { VectorPart } from '../derived/vector-part.ts'
import { countOf, type ManifestBlock } from './manifest.ts'
import type { LiveBlock, Piece } from './plan.ts'

/** All links are to be written, in blocks of their own. */
export const LINKS_ANEW: Piece = { offsets: [] }

/** Links of which less is live lead nowhere: they are made again. */
const LEAST_OF_USE = 0.5

/**
 * Decides what becomes of the links of one name's vectors. Each leads to rows of all its blocks, so these stay together, are written together, and
 * are of no use where one is not.
 *
 * @param blocks All that there are.
 * @param mayWrite Whether there is room to write them.
 */
export function planLinks(part: VectorPart, blocks: readonly LiveBlock[], mayWrite: boolean): Piece[] {
  const isWhole = blocks.every(({ reference }) => !part.links.damaged.has(reference.id))
  const stored = countLinks(isWhole ? blocks : [])
  if (!part.links.areFresh(part.size, stored) && part.canPackLinks && mayWrite) return [LINKS_ANEW]
  const isOfUse = stored.live > stored.rows * LEAST_OF_USE
  return isOfUse ? blocks.map((kept) => ({ kept })) : []
}

/** Tells parts what of their links is stored now. */
export function settleLinks(parts: ReadonlyMap<string, VectorPart>, blocks: readonly Counted[]): void {
  for (const [name, part] of parts) {
    const ofPart = blocks.filter(({ reference: { kind, vector } }) => kind === 'links' && vector === name)
    part.links.areStored(countLinks(ofPart))
  }
}

type Counted = Pick<ManifestBlock, 'reference' | 'runs'>

function countLinks(blocks: readonly Counted[]): { readonly rows: number; readonly live: number } {
  let rows = 0
  let live = 0
  for (const { reference, runs } of blocks) {
    rows += reference.rows
    live += countOf(runs)
  }
  return { rows, live }
}
