import type { PointId } from '@voisin/spec'

/**
 * Maps point ids to offsets and back. Every live id has exactly one live offset; an id that is given a new offset keeps its
 * *birth*, its place in the order of first upsert. `1` and `'1'` are two ids, as they are in a Map.
 */
export class IdTable {
  // A Map keeps an existing key where it is: its order is the order of births.
  readonly #offsets = new Map<PointId, number>()
  readonly #ids: (PointId | undefined)[] = []
  // Of the live points that were replaced: all others were born where they are.
  readonly #births = new Map<PointId, number>()

  /** Live points. */
  get size(): number {
    return this.#offsets.size
  }

  /** The next offset to be given. */
  get nextOffset(): number {
    return this.#ids.length
  }

  offset(id: PointId): number | undefined {
    return this.#offsets.get(id)
  }

  /** The id that lives at an offset; undefined where it has moved on or was deleted. */
  id(offset: number): PointId | undefined {
    return this.#ids[offset]
  }

  isLive(offset: number): boolean {
    return this.#ids[offset] !== undefined
  }

  /** The offset that the id was first upserted at. */
  birth(id: PointId): number | undefined {
    return this.#births.get(id) ?? this.#offsets.get(id)
  }

  /** Leaves the offsets up to `next` to nobody. */
  skipTo(next: number): void {
    while (this.#ids.length < next) this.#ids.push(undefined)
  }

  /** Whether ascending offsets are in the order of births: no live point was replaced. */
  get isInOrderOfBirth(): boolean {
    return this.#births.size === 0
  }

  /** Gives the id the next offset and returns the one it had. The old offset no longer has an id. */
  assign(id: PointId): number | undefined {
    const before = this.#offsets.get(id)
    if (before !== undefined) {
      this.#ids[before] = undefined
      if (!this.#births.has(id)) this.#births.set(id, before)
    }
    this.#offsets.set(id, this.#ids.length)
    this.#ids.push(id)
    return before
  }

  /** Forgets the id and returns the offset it had. */
  release(id: PointId): number | undefined {
    const offset = this.#offsets.get(id)
    if (offset === undefined) return undefined
    this.#offsets.delete(id)
    this.#births.delete(id)
    this.#ids[offset] = undefined
    return offset
  }

  /**
   * Fills an empty table.
   *
   * @param ids By offset; undefined where nobody lives.
   * @param births By offset, of those whose birth is not their offset.
   */
  restore(ids: readonly (PointId | undefined)[], births: ReadonlyMap<number, number>): void {
    for (const id of ids) this.#ids.push(id)
    const order: { readonly offset: number; readonly birth: number }[] = []
    ids.forEach((id, offset) => {
      if (id !== undefined) order.push({ offset, birth: births.get(offset) ?? offset })
    })
    if (births.size > 0) order.sort((a, b) => a.birth - b.birth)
    for (const { offset, birth } of order) {
      const id = ids[offset]!
      this.#offsets.set(id, offset)
      if (birth !== offset) this.#births.set(id, birth)
    }
  }

  /** Live offsets that are not their births, with these. */
  *replaced(): Generator<[offset: number, birth: number], void, undefined> {
    for (const [id, birth] of this.#births) yield [this.#offsets.get(id)!, birth]
  }

  /** Live ids and offsets, in order of birth. */
  entries(): IterableIterator<[PointId, number]> {
    return this.#offsets.entries()
  }

  /** Live offsets in ascending order. */
  *liveOffsets(): Generator<number, void, undefined> {
    for (let offset = 0; offset < this.#ids.length; offset++) if (this.#ids[offset] !== undefined) yield offset
  }
}
