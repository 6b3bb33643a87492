import type { Payload, Point, PointId } from '@voisin/spec'
import { PayloadReader } from '../points/payload-reader.ts'
import { vectorsAt } from '../query/matching.ts'
import type { CollectionState } from '../state/collection-state.ts'

type Vectors = Pick<Point, 'vector' | 'vectors'>

/** Points without their ids, in few buffers: reading payloads where they are wanted takes less time than cloning them. */
export interface PackedPoints {
  /** All payloads, one behind the other. */
  readonly payloads: Uint8Array
  /** Where each payload ends in `payloads`; a point that is not there has none. */
  readonly ends: Uint32Array
  /** By place, payloads that only the decoder reads. */
  readonly decoded: ReadonlyMap<number, Payload>
  /** Of each point, where they are asked for. */
  readonly vectors?: readonly Vectors[]
}

const reader = new PayloadReader()
/** Wants nothing: it says whether the other one reads it. */
const passer = new PayloadReader([])

export function packPoints(state: CollectionState, offsets: readonly (number | undefined)[], withVector: boolean): PackedPoints {
  const pieces: Uint8Array[] = []
  const ends = new Uint32Array(offsets.length)
  const decoded = new Map<number, Payload>()
  let end = 0
  for (const [place, offset] of offsets.entries()) {
    if (offset !== undefined) {
      const bytes = state.payloadBytes(offset)
      if (passer.read(bytes) !== undefined) {
        pieces.push(bytes)
        end += bytes.length
      } else {
        const payload = state.payload(offset)
        if (payload !== undefined) decoded.set(place, payload)
      }
    }
    ends[place] = end
  }
  const payloads = new Uint8Array(end)
  let at = 0
  for (const bytes of pieces) {
    payloads.set(bytes, at)
    at += bytes.length
  }
  const vectors = withVector && { vectors: offsets.map((offset) => (offset === undefined ? {} : vectorsAt(state, offset))) }
  return { payloads, ends, decoded, ...vectors }
}

/** What crosses without a copy. */
export function buffersOf({ payloads, ends, vectors = [] }: PackedPoints): ArrayBuffer[] {
  return [payloads.buffer as ArrayBuffer, ends.buffer as ArrayBuffer, ...vectorBuffersOf(vectors)]
}

export function vectorBuffersOf(points: readonly Vectors[]): ArrayBuffer[] {
  const vectors = points.flatMap(({ vector, vectors }) => [vector ?? [], Object.values(vectors ?? {})].flat())
  return vectors.map(({ buffer }) => buffer as ArrayBuffer)
}

/** @param ids Of the points, in their order. */
export function unpackPoints({ payloads, ends, decoded, vectors }: PackedPoints, ids: readonly PointId[]): (Point | undefined)[] {
  return Array.from(ends, (end, place) => {
    const bytes = payloads.subarray(ends[place - 1] ?? 0, end)
    const payload = bytes.length > 0 ? reader.read(bytes) : decoded.get(place)
    return payload && { id: ids[place]!, payload, ...vectors?.[place] }
  })
}
