import type { Filter, Point, PointId } from '@voisin/spec'
import { countBits } from '../points/bitmap.ts'
import type { CollectionState } from '../state/collection-state.ts'
import { parseFilter } from './parse-filter.ts'
import { inOrderOfBirth, selectPoints } from './select-points.ts'

/** Offsets of every point that matches, in order of first upsert. */
export function matching(state: CollectionState, filter: Filter | undefined): number[] {
  if (filter === undefined) return Array.from(state.ids.entries(), ([, offset]) => offset)
  return inOrderOfBirth(state, selectPoints(state, parseFilter(filter)))
}

/** Where points live, in the order of their ids; undefined for one that does not. */
export function offsetsOf(state: CollectionState, ids: readonly PointId[]): (number | undefined)[] {
  return ids.map((id) => state.ids.offset(id))
}

/** How many match. */
export function countMatching(state: CollectionState, filter: Filter | undefined): number {
  return filter === undefined ? state.ids.size : countBits(selectPoints(state, parseFilter(filter)))
}

/** A live point as the caller sees it; undefined where there is none, or its payload cannot be decoded. */
export function pointAt(state: CollectionState, offset: number | undefined, withVector: boolean): Point | undefined {
  if (offset === undefined) return undefined
  const payload = state.payload(offset)
  if (payload === undefined) return undefined
  return { id: state.ids.id(offset)!, payload, ...(withVector && vectorsAt(state, offset)) }
}

/** Copies of a point's vectors, as a point has them. */
export function vectorsAt(state: CollectionState, offset: number): Pick<Point, 'vector' | 'vectors'> {
  const named: Record<string, Float32Array> = {}
  let vector: Float32Array | undefined
  for (const [name, part] of state.vectors) {
    const found = part.vector(offset)
    if (found === undefined) continue
    if (name === '') vector = found
    else named[name] = found
  }
  const hasNamed = Object.keys(named).length > 0
  return { ...(vector && { vector }), ...(hasNamed && { vectors: named }) }
}
