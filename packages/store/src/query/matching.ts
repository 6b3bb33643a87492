import type { Filter, Point } from '@voisin/spec'
import type { CollectionState } from '../state/collection-state.ts'
import { compileFilter } from './parse-filter.ts'

/** Offsets of every point that matches, in order of first upsert. A payload that cannot be decoded matches nothing. */
export function matching(state: CollectionState, filter: Filter | undefined): number[] {
  if (filter === undefined) return Array.from(state.ids.entries(), ([, offset]) => offset)
  const predicate = compileFilter(filter)
  const offsets: number[] = []
  for (const [id, offset] of state.ids.entries()) {
    const payload = state.payload(offset)
    if (payload !== undefined && predicate(id, payload)) offsets.push(offset)
  }
  return offsets
}

/** A live point as the caller sees it; undefined where its payload cannot be decoded. */
export function pointAt(state: CollectionState, offset: number, withVector: boolean): Point | undefined {
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
