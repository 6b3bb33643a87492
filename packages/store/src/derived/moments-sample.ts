import type { DistanceMoments, PointId } from '@voisin/spec'
import type { IdTable } from '../points/id-table.ts'
import type { VectorPart } from './vector-part.ts'

/** Below so many vectors all are measured. */
const ALL_BELOW = 2_048
/** Of more, about so many to twice as many. */
const LEAST = 512

/**
 * Stands for all points where mean and deviation of a query's distances are estimated: those whose id has a hash with enough leading
 * zeros. So it is the same in every tab and after every reopening, and few writes change it.
 */
export class MomentsSample {
  /** By offset, leading zeros of the hash of the id that lives there. */
  #zeros = new Uint8Array(0)
  #filled = 0
  readonly #samples = new Map<VectorPart, Uint32Array>()

  /** Hears that points came, went, or changed their vectors. */
  changed(): void {
    this.#samples.clear()
  }

  /** Hears that offsets were numbered anew. */
  renumbered(): void {
    this.#filled = 0
    this.changed()
  }

  /** Mean and deviation of the distances from a query to the vectors of a name. */
  moments(query: Float32Array, part: VectorPart, ids: IdTable): DistanceMoments {
    const distances = part.distances(query, this.#sample(part, ids))
    if (distances.length === 0) return { mean: 0, deviation: 0 }
    let sum = 0
    for (const distance of distances) sum += distance
    const mean = sum / distances.length
    let squares = 0
    for (const distance of distances) squares += (distance - mean) ** 2
    return { mean, deviation: Math.sqrt(squares / distances.length) }
  }

  #sample(part: VectorPart, ids: IdTable): Uint32Array {
    const known = this.#samples.get(part)
    if (known !== undefined) return known
    this.#fill(ids)
    const least = part.size < ALL_BELOW ? 0 : Math.floor(Math.log2(part.size / LEAST))
    const offsets: number[] = []
    for (let offset = 0; offset < this.#filled; offset++) {
      if (this.#zeros[offset]! >= least && part.has(offset)) offsets.push(offset)
    }
    const sample = Uint32Array.from(offsets)
    this.#samples.set(part, sample)
    return sample
  }

  #fill(ids: IdTable): void {
    const { nextOffset } = ids
    if (this.#zeros.length < nextOffset) {
      const grown = new Uint8Array(nextOffset + (nextOffset >> 1))
      grown.set(this.#zeros.subarray(0, this.#filled))
      this.#zeros = grown
    }
    for (; this.#filled < nextOffset; this.#filled++) {
      const id = ids.id(this.#filled)
      this.#zeros[this.#filled] = id === undefined ? 0 : Math.clz32(hashOf(id))
    }
  }
}

/** FNV-1a over UTF-16 code units, then mixed as MurmurHash3 does, so that the leading bits of near ids differ. */
function hashOf(id: PointId): number {
  const text = String(id)
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
