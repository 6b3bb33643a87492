import type { CollectionState } from '../collection-state.ts'
import type { BlockReference } from './entry-codec.ts'
import { isDead, type ManifestBlock } from './manifest.ts'

/** Stands for a point of a block that was dead when the block was read. */
export const NOWHERE = 0xffff_ffff

/** A block and where its points are in memory. */
export interface PlacedBlock {
  readonly reference: BlockReference
  /** The offset of each point, ascending, or NOWHERE. Empty where the block could not be read. */
  readonly offsets: Uint32Array
  /** Offsets from here to `end`, exclusive, are this block's or nobody's. */
  readonly start: number
  readonly end: number
  /** Where the block could not be read: which of its points were dead. It stays in every manifest, in case it can be read again. */
  readonly unreadable?: Uint8Array
}

/** Which points of a block are dead now. */
export function deadOf(block: PlacedBlock, state: CollectionState): Uint8Array {
  if (block.unreadable) return block.unreadable
  const { offsets } = block
  const dead = new Uint8Array(Math.ceil(offsets.length / 8))
  let hasDead = false
  for (let position = 0; position < offsets.length; position++) {
    if (isLive(offsets[position]!, state)) continue
    dead[position >> 3]! |= 1 << (position & 7)
    hasDead = true
  }
  return hasDead ? dead : new Uint8Array(0)
}

export function isLive(offset: number, state: CollectionState): boolean {
  return offset !== NOWHERE && state.ids.id(offset) !== undefined
}

/** Places a block whose live points were given consecutive offsets from `start` on. */
export function placeLive({ reference, dead }: ManifestBlock, start: number): PlacedBlock {
  const offsets = new Uint32Array(reference.count)
  let next = start
  for (let position = 0; position < offsets.length; position++) offsets[position] = isDead(dead, position) ? NOWHERE : next++
  return { reference, offsets, start, end: next }
}

/** Places a block whose every point was given an offset, from `start` on. */
export function placeAll(reference: BlockReference, start: number): PlacedBlock {
  const offsets = Uint32Array.from({ length: reference.count }, (_, position) => start + position)
  return { reference, offsets, start, end: start + reference.count }
}

/** Keeps the place of a block that could not be read. */
export function placeUnreadable({ reference, dead }: ManifestBlock, start: number): PlacedBlock {
  const unreadable = dead.length > 0 ? dead : new Uint8Array(Math.ceil(reference.count / 8))
  return { reference, offsets: new Uint32Array(0), start, end: start, unreadable }
}
