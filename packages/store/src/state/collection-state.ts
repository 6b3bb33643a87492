import { type DistanceMoments, isVoisinError, type Payload, type PointId } from '@voisin/spec'
import type { FullSchema } from '../database/collection-record.ts'
import type { FieldTest, Tally } from '../derived/field-column.ts'
import { FieldsPart, type PayloadSource } from '../derived/fields-part.ts'
import { MomentsSample } from '../derived/moments-sample.ts'
import { VectorPart } from '../derived/vector-part.ts'
import { WordsPart } from '../derived/words-part.ts'
import type { LogEntry, UpdateGroup } from '../log/entry-codec.ts'
import { type Bitmap, bitsOf, emptyBitmap } from '../points/bitmap.ts'
import { filterFieldsOf, textFieldsOf, textsOf, touchFields } from '../points/declared-fields.ts'
import { compilePath, type SomeValue, topLevelKeys, valuesAt } from '../points/field-path.ts'
import { GrowingF64 } from '../points/growing.ts'
import { IdTable } from '../points/id-table.ts'
import { decodePayload } from '../points/payload-codec.ts'
import { PayloadReader } from '../points/payload-reader.ts'
import { PayloadTable } from '../points/payload-table.ts'
import { NO_VECTOR, type PointColumns } from '../points/point-columns.ts'

/** An entry with all its points at hand. */
export interface ReadyEntry {
  readonly entry: LogEntry
  /** Undefined where the blocks that hold them cannot be read: then the updates and deletes apply alone. */
  readonly upserts: PointColumns | undefined
}

/** The offset of what has none. */
const NOWHERE = -1

/** A point that was deleted, by the write `lsn`. */
export interface Deletion {
  readonly id: PointId
  /** Where it was; -1 where offsets were numbered anew since it was folded in. */
  readonly offset: number
  readonly lsn: number
}

/** A point read back from blocks. */
export interface RestoredPoint {
  readonly id: PointId
  /** The write that the payload is of. */
  readonly lsn: number
}

/** What of a payload may be other than it was. */
interface PayloadChanges {
  readonly changesTexts: boolean
  readonly changesFields: boolean
}

const ALL_CHANGES: PayloadChanges = { changesTexts: true, changesFields: true }
const TEXTS_PER_SLICE = 64

export interface StateOptions {
  /** How much memory each vector's index may take. */
  readonly indexBytes?: number | undefined
}

/**
 * What a collection holds in memory, all of it rebuilt from blocks and log: ids, payloads, vectors and words by offset. An upsert
 * takes a new offset and kills the old one, an update keeps it, a delete kills it; so the order of live offsets follows from the log
 * alone, in every tab alike. Every change is synchronous: a query never sees half of one.
 */
export class CollectionState {
  readonly schema: FullSchema
  /** Some entry is not in it: then what an update says it changes need not be all that is new in its payloads. @default false */
  missesEntries = false
  /**
   * Offsets are not those that others give: an entry took ordinals which were taken here by one that its writer could not read.
   * @default false
   */
  hasDiverged = false
  ids: IdTable = new IdTable()
  readonly vectors: ReadonlyMap<string, VectorPart>
  readonly words: WordsPart | undefined
  readonly #textFields: readonly string[]
  readonly #textPaths: readonly SomeValue[]
  readonly #fields: FieldsPart
  readonly #fieldsReader: PayloadReader
  /** Fields and texts. */
  readonly #declaredReader: PayloadReader
  readonly #sample = new MomentsSample()
  #payloads = new PayloadTable()
  // By offset.
  #payloadLsns = new GrowingF64()
  #deletions: Deletion[] = []
  #undecodable = new Set<number>()
  #firstOffset = 0
  #firstOrdinal = 0

  private constructor(schema: FullSchema, vectors: ReadonlyMap<string, VectorPart>) {
    this.schema = schema
    this.vectors = vectors
    this.#textFields = textFieldsOf(schema)
    this.#textPaths = this.#textFields.map(compilePath)
    const fields = filterFieldsOf(schema)
    this.#fields = new FieldsPart(fields)
    this.#fieldsReader = new PayloadReader(fields.flatMap(topLevelKeys))
    this.#declaredReader = new PayloadReader([...fields, ...this.#textFields].flatMap(topLevelKeys))
    this.words = this.#textFields.length > 0 ? new WordsPart(this.#textFields, (offset) => this.#textsAt(offset)) : undefined
  }

  static async create(schema: FullSchema, { indexBytes }: StateOptions = {}): Promise<CollectionState> {
    const vectors = new Map<string, VectorPart>()
    for (const [name, vector] of Object.entries(schema.vectors)) vectors.set(name, await VectorPart.create(vector, indexBytes))
    return new CollectionState(schema, vectors)
  }

  get memoryBytes(): number {
    let bytes =
      this.#payloads.memoryBytes + this.#payloadLsns.memoryBytes + this.#fields.memoryBytes + (this.words?.memoryBytes ?? 0)
    for (const part of this.vectors.values()) bytes += part.memoryBytes
    return bytes
  }

  get nextOrdinal(): number {
    return this.#firstOrdinal + this.ids.nextOffset - this.#firstOffset
  }

  /** Bytes of all live payloads and vectors, as they are stored. */
  get liveBytes(): number {
    let bytes = this.#payloads.bytes
    for (const part of this.vectors.values()) bytes += part.size * part.schema.dim * 4
    return bytes
  }

  /** Encoded payload of a live offset. */
  payloadBytes(offset: number): Uint8Array {
    return this.#payloads.get(offset)!
  }

  /** Undefined where it cannot be decoded: that costs the point, and never the collection. */
  payload(offset: number): Payload | undefined {
    const bytes = this.payloadBytes(offset)
    try {
      return decodePayload(bytes)
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'corrupt-data') throw error
      this.#undecodable.add(offset)
      return undefined
    }
  }

  /** Offsets of points whose payload was found to make no sense. */
  get undecodable(): ReadonlySet<number> {
    return this.#undecodable
  }

  /** Points that pass a test of what a path leads to; undefined where that is not a declared field, so that payloads must be asked. */
  selectByField(path: string, asked: FieldTest): Bitmap | undefined {
    if (!this.isDeclared(path)) return undefined
    const bits = emptyBitmap(this.ids.nextOffset)
    this.#fields.select(path, asked, bits, this.#source)
    return bits
  }

  /** Counts what live points in a bitmap have at a path, declared or not. */
  tally(path: string, bits: Bitmap, each: Tally): void {
    if (this.isDeclared(path)) {
      this.#fields.tally(path, bits, each, this.#source)
      return
    }
    const someValue = compilePath(path)
    for (const offset of bitsOf(bits)) {
      const payload = this.payload(offset)
      if (payload !== undefined) each(valuesAt(someValue, payload), 1)
    }
  }

  /** Whether filters read a field off its column. */
  isDeclared(path: string): boolean {
    return this.#fields.isDeclared(path)
  }

  /** Tells what a path, declared or not, leads to at a live offset; nothing where the payload cannot be decoded. */
  valuesOf(path: string): (offset: number) => readonly unknown[] {
    if (this.isDeclared(path)) return this.#fields.valuesOf(path, this.#source)
    const someValue = compilePath(path)
    const reader = new PayloadReader(topLevelKeys(path))
    return (offset) => {
      const picked = this.#picked(offset, reader)
      return picked === undefined ? [] : valuesAt(someValue, picked)
    }
  }

  get #source(): PayloadSource {
    const { ids } = this
    return {
      nextOffset: ids.nextOffset,
      isLive: (offset) => ids.isLive(offset),
      payload: (offset) => this.payload(offset),
      fields: (offset) => this.#picked(offset, this.#fieldsReader),
    }
  }

  /** The write that a live offset's payload is of. */
  payloadLsn(offset: number): number {
    return this.#payloadLsns.at(offset)
  }

  /** Mean and deviation of the distances from a query to all vectors of a name, by a sample where there are many. */
  momentsOf(query: Float32Array, part: VectorPart): DistanceMoments {
    return this.#sample.moments(query, part, this.ids)
  }

  /** Those that become faster when somebody has time. */
  get linkedParts(): (WordsPart | VectorPart)[] {
    return [...(this.words === undefined ? [] : [this.words]), ...this.vectors.values()]
  }

  /** The part that holds a vector's rows; '' is that of a collection created with `dim`. */
  part(vector: string): VectorPart {
    return this.vectors.get(vector)!
  }

  /**
   * Fills an empty state.
   *
   * @param points By offset; undefined where nobody lives.
   * @param payloads Of those, at least; it is the state's from now on.
   * @param births By offset, of those whose birth is not their offset.
   * @param nextOffset Of the next point.
   * @param nextOrdinal The same point's number in the log.
   */
  restore(
    points: readonly (RestoredPoint | undefined)[],
    payloads: PayloadTable,
    births: ReadonlyMap<number, number>,
    nextOffset: number,
    nextOrdinal: number,
  ): void {
    this.ids.restore(
      points.map((point) => point?.id),
      births,
    )
    this.#payloads = payloads
    points.forEach((point, offset) => {
      if (point === undefined) payloads.delete(offset)
      else this.#payloadLsns.set(offset, point.lsn)
    })
    this.ids.skipTo(nextOffset)
    this.#firstOffset = nextOffset
    this.#firstOrdinal = nextOrdinal
  }

  /** Makes the words of restored points that no block had, in slices. */
  *deriveSteps(): Generator<void, void> {
    if (this.words === undefined) return
    let looked = 0
    for (const offset of this.ids.liveOffsets()) {
      if (this.words.has(offset)) continue
      this.words.set(offset, this.#textsAt(offset), this.payloadLsn(offset))
      if (++looked % TEXTS_PER_SLICE === 0) yield
    }
  }

  /** Vectors of restored points, at ascending offsets. */
  restoreVectors(vector: string, offsets: readonly number[], data: Float32Array): void {
    this.part(vector).add(offsets, data)
  }

  /**
   * Takes the memory that a write needs, so that applying it cannot fail.
   * @throws {LimitError} There is not so much; nothing has changed.
   */
  reserve({ vectors }: Pick<PointColumns, 'vectors'>): void {
    for (const [name, { data }] of vectors) {
      const part = this.part(name)
      part.reserve(data.length / part.schema.dim)
    }
  }

  /** Applies one entry, whole: upserts, then updates, then deletes. The same entries in the same order give the same everywhere. */
  apply({ entry, upserts }: ReadyEntry): void {
    this.#sample.changed()
    this.hasDiverged ||= entry.upsertCount > 0 && entry.firstOrdinal < this.nextOrdinal
    // Ordinals that are beyond what is known were taken by entries that cannot be read.
    this.ids.skipTo(this.#firstOffset + entry.firstOrdinal - this.#firstOrdinal)
    if (upserts === undefined) this.ids.skipTo(this.ids.nextOffset + entry.upsertCount)
    else this.#upsert(upserts, entry.lsn)
    for (const group of entry.updates) this.#update(group, entry.lsn)
    for (const id of entry.deletes) {
      const offset = this.ids.release(id)
      if (offset === undefined) continue
      this.#forget(offset)
      this.#deletions.push({ id, offset, lsn: entry.lsn })
    }
  }

  /** Points that were deleted and whose payloads may still lie in blocks. */
  get deletions(): readonly Deletion[] {
    return this.#deletions
  }

  /** Hears that no block holds what was deleted by `lsn`. */
  forgetDeletions(lsn: number): void {
    this.#deletions = this.#deletions.filter((deletion) => deletion.lsn > lsn)
  }

  /** Lets go of what dead vectors and words take, where there is more than so much dead for each live one. */
  compact(share = 0.125): void {
    for (const part of this.vectors.values()) if (share === 0 || part.isWorthCompacting(share)) part.compact()
    this.words?.compact(share)
    this.#payloads.compact(share)
  }

  /**
   * Numbers offsets anew: those in `live` from 0 on, in order; those from `from` on follow. Both as they were at one moment, since
   * which some of `live` may have died.
   */
  renumber(live: ArrayLike<number>, from: number): void {
    const shift = from - live.length
    const now = new Map<number, number>()
    for (let i = 0; i < live.length; i++) now.set(live[i]!, i)
    const renumbered = (offset: number) => (offset < from ? now.get(offset)! : offset - shift)
    const before = this.ids
    const size = before.nextOffset - shift
    const ids: (PointId | undefined)[] = new Array(size).fill(undefined)
    const payloadLsns = new GrowingF64(size)
    for (const offset of before.liveOffsets()) {
      const place = renumbered(offset)
      ids[place] = before.id(offset)
      payloadLsns.set(place, this.#payloadLsns.at(offset))
    }
    // Only their order matters: the n-th born gets n, which is below every offset that is still to come.
    const births = new Map<number, number>()
    for (const [, offset] of before.entries()) births.set(renumbered(offset), births.size)
    this.ids = new IdTable()
    this.ids.restore(ids, births)
    this.#payloads.renumber(Array.from(before.liveOffsets(), (offset) => [offset, renumbered(offset)] as const))
    this.#payloadLsns = payloadLsns
    this.#firstOffset -= shift
    this.#deletions = this.#deletions.map(({ offset, ...rest }) => ({ ...rest, offset: renumbered(offset) ?? NOWHERE }))
    for (const part of this.vectors.values()) part.renumber(renumbered)
    this.words?.renumber(renumbered)
    this.#fields.renumber(renumbered)
    this.#sample.renumbered()
    this.#undecodable = new Set(Array.from(this.#undecodable, renumbered))
  }

  close(): void {
    for (const part of this.vectors.values()) part.close()
  }

  /** What a payload has of some keys, or all of it. */
  #picked(offset: number, reader: PayloadReader): object | undefined {
    return reader.read(this.payloadBytes(offset)) ?? this.payload(offset)
  }

  #textsAt(offset: number): string[] {
    return textsOf(this.#picked(offset, this.#declaredReader) ?? {}, this.#textPaths)
  }

  #upsert({ ids, payloads, vectors }: PointColumns, lsn: number): void {
    const first = this.ids.nextOffset
    for (let i = 0; i < ids.length; i++) {
      const before = this.ids.assign(ids[i]!)
      if (before !== undefined) this.#forget(before)
      this.#keep(first + i, payloads[i]!, lsn, ALL_CHANGES)
    }
    for (const [name, { rows, data }] of vectors) {
      const offsets: number[] = []
      for (let i = 0; i < rows.length; i++) if (rows[i] !== NO_VECTOR) offsets.push(first + i)
      const part = this.part(name)
      part.add(offsets, data)
      // A point that is there twice in one write lives at its last offset alone.
      for (const offset of offsets) if (!this.ids.isLive(offset)) part.delete(offset)
    }
  }

  #update({ fields, ids, payloads }: UpdateGroup, lsn: number): void {
    const changesTexts = this.missesEntries || touchFields(fields, this.#textFields)
    const changesFields = this.missesEntries || touchFields(fields, this.#fields.paths)
    ids.forEach((id, i) => {
      const offset = this.ids.offset(id)
      if (offset === undefined) return
      this.#keep(offset, payloads[i]!, lsn, { changesTexts, changesFields })
    })
  }

  #keep(offset: number, payload: Uint8Array, lsn: number, { changesTexts, changesFields }: PayloadChanges): void {
    this.#payloads.set(offset, payload)
    this.#payloadLsns.set(offset, lsn)
    const { words } = this
    const concernsWords = changesTexts && words !== undefined
    const concernsFields = changesFields && this.#fields.isUsed
    if (!concernsWords && !concernsFields) return
    const picked = this.#picked(offset, concernsWords ? this.#declaredReader : this.#fieldsReader)
    if (concernsWords) words.set(offset, textsOf(picked ?? {}, this.#textPaths), lsn)
    if (concernsFields) this.#fields.set(offset, picked)
  }

  #forget(offset: number): void {
    this.#payloads.delete(offset)
    this.#undecodable.delete(offset)
    for (const part of this.vectors.values()) part.delete(offset)
    this.words?.delete(offset)
    this.#fields.delete(offset)
  }
}
