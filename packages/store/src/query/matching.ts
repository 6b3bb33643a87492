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

/** Every point that matches, in order of first upsert. */
export interface BegunScroll {
  readonly ids: PointId[]
  /** The first ones, as they are at this moment; undefined where a payload cannot be decoded. */
  readonly points: (Point | undefined)[]
}

export function beginScroll(state: CollectionState, filter: Filter | undefined, first: number, withVector: boolean): BegunScroll {
  const offsets = matching(state, filter)
  return {
    ids: offsets.map((offset) => state.ids.id(offset)!),
    points: offsets.slice(0, first).map((offset) => pointAt(state, offset, withVector)),
  }
}

/** How many match. */
export function countMatching(state: CollectionState, filter: Filter | undefined): number {
  return filter === undefined ? state.ids.size : countBits(selectPoints(state, parseFilter(filter)))
}

/** A live point as the caller sees it; undefined where its payload cannot be decoded. */
export function pointAt(state: CollectionState, offset: number, withVector: boolean): Point | undefined {
  const payload = state.payload(offset)
  if (payload === undefined) return undefined
  return { id: state.ids.id(offset)!, payload, ...(withVector && vectorsAt(state, offset)) }
}

/** Live points of these ids, in their order. */
export function pointsOf(state: CollectionState, ids: readonly PointId[], withVector: boolean): (Point | undefined)[] {
  return ids.map((id) => {
    const offset = state.ids.offset(id)
    return offset === undefined ? undefined : pointAt(state, offset, withVector)
  })
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
