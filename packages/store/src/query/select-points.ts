import { type Bitmap, bitsOf, clearBit, countBits, emptyBitmap, hasBit, intersect, setBit, unite } from '../points/bitmap.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { allOf, type FilterNode, type GroupNode, predicateOf } from './filter-node.ts'

/** Points that may meet a filter, and what is still to be asked of their payloads; both undefined: all points do. */
interface Selection {
  /** A superset of those that meet it. @default all that live */
  readonly bits?: Bitmap
  /** Asked of these it says which of them do. @default all do */
  readonly residual?: FilterNode
}

/**
 * The points that meet a filter. What is asked of declared fields and of ids is read off columns and tables; only what is left is
 * asked of payloads, of those points alone that the rest lets through. A point whose payload cannot be decoded meets nothing that is
 * asked of a payload.
 */
export function selectPoints(state: CollectionState, node: FilterNode): Bitmap {
  const { bits = liveBits(state), residual } = select(state, node)
  if (residual !== undefined) {
    const predicate = predicateOf(residual)
    for (const offset of bitsOf(bits)) {
      const payload = state.payload(offset)
      if (payload === undefined || !predicate(state.ids.id(offset)!, payload)) clearBit(bits, offset)
    }
  }
  if (asksPayload(node)) for (const offset of state.undecodable) clearBit(bits, offset)
  return bits
}

/** What is in a selection, in order of first upsert. */
export function inOrderOfBirth(state: CollectionState, bits: Bitmap): number[] {
  const { ids } = state
  if (ids.isInOrderOfBirth) return [...bitsOf(bits)]
  // Sorting a few is faster than passing all, and passing all than sorting most.
  if (countBits(bits) * 16 < ids.size) return [...bitsOf(bits)].sort((a, b) => ids.birth(ids.id(a)!)! - ids.birth(ids.id(b)!)!)
  const offsets: number[] = []
  for (const [, offset] of ids.entries()) if (hasBit(bits, offset)) offsets.push(offset)
  return offsets
}

function select(state: CollectionState, node: FilterNode): Selection {
  switch (node.kind) {
    case 'every':
      return selectEvery(state, node.nodes)
    case 'some':
      return selectSome(state, node)
    case 'not': {
      const { bits, residual } = select(state, node.node)
      if (residual !== undefined) return { residual: node }
      if (bits === undefined) return { bits: emptyBitmap(state.ids.nextOffset) }
      const others = liveBits(state)
      for (let i = 0; i < bits.length; i++) others[i]! &= ~bits[i]!
      return { bits: others }
    }
    case 'id': {
      const bits = node.isNegated ? liveBits(state) : emptyBitmap(state.ids.nextOffset)
      for (const id of node.ids) {
        const offset = state.ids.offset(id)
        if (offset === undefined) continue
        if (node.isNegated) clearBit(bits, offset)
        else setBit(bits, offset)
      }
      return { bits }
    }
    case 'field': {
      const bits = state.selectByField(node.path, node)
      return bits === undefined ? { residual: node } : { bits }
    }
  }
}

function selectEvery(state: CollectionState, nodes: readonly FilterNode[]): Selection {
  let bits: Bitmap | undefined
  const residuals: FilterNode[] = []
  for (const node of nodes) {
    const part = select(state, node)
    if (part.bits !== undefined) bits = bits === undefined ? part.bits : intersect(bits, part.bits)
    if (part.residual !== undefined) residuals.push(part.residual)
  }
  return { ...(bits && { bits }), ...(residuals.length > 0 && { residual: allOf(residuals) }) }
}

function selectSome(state: CollectionState, node: GroupNode): Selection {
  const united = emptyBitmap(state.ids.nextOffset)
  let isExact = true
  for (const part of node.nodes) {
    const { bits, residual } = select(state, part)
    isExact &&= residual === undefined
    // All may meet it, or all do.
    if (bits === undefined) return residual === undefined ? {} : { residual: node }
    unite(united, bits)
  }
  return { bits: united, ...(!isExact && { residual: node }) }
}

function asksPayload(node: FilterNode): boolean {
  if (node.kind === 'field') return true
  if (node.kind === 'not') return asksPayload(node.node)
  return node.kind !== 'id' && node.nodes.some(asksPayload)
}

function liveBits({ ids }: CollectionState): Bitmap {
  const bits = emptyBitmap(ids.nextOffset)
  for (let offset = 0; offset < ids.nextOffset; offset++) if (ids.isLive(offset)) setBit(bits, offset)
  return bits
}
