import type { Candidates, Metric } from '@voisin/spec'
import { FlatIndex } from '../flat-index.ts'

/**
 * What an index of vectors must answer: the exact scan over the same vectors, and a list of them. Follows the index through adding, deleting
 * and vacuum.
 */
export class ModelIndex {
  readonly #dim: number
  readonly #metric: Metric
  #flat: FlatIndex
  #vectors: Float32Array[] = []
  #isLive: boolean[] = []

  private constructor(dim: number, metric: Metric, flat: FlatIndex) {
    this.#dim = dim
    this.#metric = metric
    this.#flat = flat
  }

  static async create(dim: number, metric: Metric): Promise<ModelIndex> {
    return new ModelIndex(dim, metric, await FlatIndex.create({ dim, metric }))
  }

  get count(): number {
    return this.#vectors.length
  }

  get liveOffsets(): number[] {
    return [...this.#isLive.keys()].filter((offset) => this.#isLive[offset])
  }

  get liveCount(): number {
    return this.#flat.liveCount
  }

  isLive(offset: number): boolean {
    return this.#isLive[offset] === true
  }

  vector(offset: number): Float32Array {
    return this.#vectors[offset]!
  }

  addMany(rows: Float32Array): void {
    this.#flat.addMany(rows)
    for (let at = 0; at < rows.length; at += this.#dim) {
      this.#vectors.push(rows.slice(at, at + this.#dim))
      this.#isLive.push(true)
    }
  }

  delete(offset: number): boolean {
    this.#isLive[offset] = false
    return this.#flat.delete(offset)
  }

  search(query: Float32Array, k: number, allow: Uint8Array | undefined): Candidates {
    return this.#flat.search(query, k, allow && { allow })
  }

  distances(query: Float32Array, offsets: Uint32Array): Float32Array {
    return this.#flat.distances(query, offsets)
  }

  /** Drops the deleted ones; gives what `HnswIndex.vacuum` gives. */
  async vacuum(): Promise<Uint32Array> {
    let next = 0
    const permutation = Uint32Array.from(this.#isLive, (isLive) => (isLive ? next++ : 0xffffffff))
    const kept = this.#vectors.filter((_, offset) => this.#isLive[offset])
    this.#flat.close()
    this.#flat = await FlatIndex.create({ dim: this.#dim, metric: this.#metric })
    this.#vectors = []
    this.#isLive = []
    for (const vector of kept) this.addMany(vector)
    return permutation
  }

  close(): void {
    this.#flat.close()
  }
}
