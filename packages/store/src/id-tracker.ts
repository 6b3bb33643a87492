import type { PointId } from '@voisin/spec'

/**
 * Maps point ids to offsets and back. Every live id has exactly one live offset; an id that is given a new offset keeps its
 * place in the order of first upsert. `1` and `'1'` are two ids, as they are in a Map.
 */
export class IdTracker {
  // A Map keeps an existing key where it is: its order is the order of first upsert, which `scroll` promises.
  readonly #offsets = new Map<PointId, number>()
  readonly #ids: (PointId | undefined)[] = []

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

  /** Gives the id the next offset and returns the one it had. The old offset no longer has an id. */
  assign(id: PointId): number | undefined {
    const before = this.#offsets.get(id)
    if (before !== undefined) this.#ids[before] = undefined
    this.#offsets.set(id, this.#ids.length)
    this.#ids.push(id)
    return before
  }

  /** Forgets the id and returns the offset it had. */
  release(id: PointId): number | undefined {
    const offset = this.#offsets.get(id)
    if (offset === undefined) return undefined
    this.#offsets.delete(id)
    this.#ids[offset] = undefined
    return offset
  }

  /** Gives an id the next offset without naming it: for loading, before `arrange`. */
  restore(id: PointId): void {
    this.#ids.push(id)
  }

  /** Names everything that was restored. `offsets`: all of them, in order of first upsert. */
  arrange(offsets: readonly number[]): void {
    for (const offset of offsets) this.#offsets.set(this.#ids[offset]!, offset)
  }

  /** Live ids and offsets, in order of first upsert. */
  entries(): IterableIterator<[PointId, number]> {
    return this.#offsets.entries()
  }
}
