import { FlatIndex } from '@voisin/index'
import { LexicalIndex } from '@voisin/lexical'
import type { Metric, Payload, PointId } from '@voisin/spec'
import type { FullSchema } from './collection-schema.ts'
import { GrowingOffsets } from './growing-offsets.ts'
import { IdTracker } from './id-tracker.ts'
import { decodePayload } from './payload-codec.ts'
import { NO_VECTOR, type PointRun } from './persistence/point-run.ts'
import { textFieldsOf, textsOf } from './text-fields.ts'

const NO_OFFSET = 0xffff_ffff

/**
 * What a collection holds in memory, all of it rebuilt from blocks and log: ids, payloads, vectors and words by offset. An update
 * is a new offset and a deletion of the old one, so the order of live offsets follows from the log alone, in every tab alike.
 * Every change is synchronous: a query never sees half of one.
 */
export class CollectionState {
  readonly schema: FullSchema
  readonly ids: IdTracker = new IdTracker()
  readonly index: FlatIndex
  readonly lexical: LexicalIndex = new LexicalIndex()
  readonly #payloads: (Uint8Array | undefined)[] = []
  readonly #vectorOf = new GrowingOffsets()
  readonly #pointOf = new GrowingOffsets()
  readonly #textFields: readonly string[]
  #payloadBytes = 0

  private constructor(schema: FullSchema, index: FlatIndex) {
    this.schema = schema
    this.index = index
    this.#textFields = textFieldsOf(schema)
  }

  static async create(schema: FullSchema): Promise<CollectionState> {
    return new CollectionState(schema, await FlatIndex.create({ dim: schema.dim, metric: schema.metric }))
  }

  get metric(): Metric {
    return this.schema.metric
  }

  get hasTextFields(): boolean {
    return this.#textFields.length > 0
  }

  get memoryBytes(): number {
    return this.index.memoryBytes + this.lexical.memoryBytes + this.#payloadBytes
  }

  /** Encoded payload of a live offset. */
  payloadBytes(offset: number): Uint8Array {
    return this.#payloads[offset]!
  }

  payload(offset: number): Payload {
    return decodePayload(this.payloadBytes(offset))
  }

  /** The index's own offset of a point's vector, or undefined where it has none. */
  vectorOffset(offset: number): number | undefined {
    const vector = this.#vectorOf.at(offset)
    return vector === NO_OFFSET ? undefined : vector
  }

  /** The point's offset of a vector. */
  pointOffset(vectorOffset: number): number {
    return this.#pointOf.at(vectorOffset)
  }

  /** A copy of a point's vector. */
  vector(offset: number): Float32Array | undefined {
    const at = this.vectorOffset(offset)
    return at === undefined ? undefined : this.index.vector(at)
  }

  /** Takes points of a block back in, each at the next offset. The id tracker is arranged when all are in. */
  restore(run: PointRun, isLive: (position: number) => boolean): void {
    const { dim } = this.schema
    const kept = run.ids.map((_, position) => position).filter(isLive)
    const rows = kept.filter((position) => run.rows[position] !== NO_VECTOR).map((position) => run.rows[position]!)
    let vectors = run.vectors
    if (rows.length * dim !== vectors.length) {
      vectors = new Float32Array(rows.length * dim)
      rows.forEach((row, i) => void vectors.set(run.vectors.subarray(row * dim, (row + 1) * dim), i * dim))
    }
    let vector = rows.length > 0 ? this.index.addMany(vectors) : 0
    for (const position of kept) {
      const offset = this.ids.nextOffset
      this.ids.restore(run.ids[position]!)
      this.#keep(offset, run.payloads[position]!, run.rows[position] === NO_VECTOR ? NO_OFFSET : vector++)
    }
  }

  /** Inserts or replaces points, in order; returns the offset of the first, the others follow. */
  upsert(run: PointRun): number {
    const first = this.ids.nextOffset
    const firstVector = run.vectors.length > 0 ? this.index.addMany(run.vectors) : 0
    for (let i = 0; i < run.ids.length; i++) {
      const row = run.rows[i]!
      this.#place(run.ids[i]!, run.payloads[i]!, row === NO_VECTOR ? NO_OFFSET : firstVector + row)
    }
    return first
  }

  /** Gives a point another payload; its vector stays. */
  replacePayload(id: PointId, payload: Uint8Array): void {
    const vector = this.vector(this.ids.offset(id)!)
    this.#place(id, payload, vector === undefined ? NO_OFFSET : this.index.add(vector))
  }

  delete(id: PointId): void {
    const offset = this.ids.release(id)
    if (offset !== undefined) this.#forget(offset)
  }

  close(): void {
    this.index.close()
  }

  #place(id: PointId, payload: Uint8Array, vectorOffset: number): void {
    const offset = this.ids.nextOffset
    const before = this.ids.assign(id)
    if (before !== undefined) this.#forget(before)
    this.#keep(offset, payload, vectorOffset)
  }

  #keep(offset: number, payload: Uint8Array, vectorOffset: number): void {
    this.#payloads.push(payload)
    this.#payloadBytes += payload.length
    this.#vectorOf.push(vectorOffset)
    if (vectorOffset !== NO_OFFSET) {
      // The index counts up as we do: this is its next offset, and ours for it.
      this.#pointOf.push(offset)
    }
    if (this.#textFields.length > 0) {
      const texts = textsOf(decodePayload(payload), this.#textFields)
      if (texts.length > 0) this.lexical.add(offset, texts)
    }
  }

  #forget(offset: number): void {
    this.#payloadBytes -= this.#payloads[offset]?.length ?? 0
    this.#payloads[offset] = undefined
    const vectorOffset = this.vectorOffset(offset)
    if (vectorOffset !== undefined) this.index.delete(vectorOffset)
    if (this.#textFields.length > 0) this.lexical.delete(offset)
  }
}
