// One arena for the postings of all terms: a typed array for each term would cost more than its postings, as most terms occur once.
//
// A term's postings lie in slices that double in size, each linked to the next by its last word:
//   0         1        2                   2·n       2·n + 1
//   ├ offset ─┼ count ─┼ offset ─┼ count ──┼ next slice ┤
// The list ends at the term's tail; what follows in the last slice is garbage.

const FIRST_SLICE_POSTINGS = 1
const LONGEST_SLICE_POSTINGS = 512

/** For each term (0, 1, 2, …) the offsets it occurs at and how often, in order of adding. */
export class Postings {
  #arena = new Uint32Array(1 << 12)
  #used = 0
  // By term: where the list begins, where the next posting goes, how many fit before the slice's link, and the slice's capacity.
  #head = new Uint32Array(1 << 8)
  #tail = new Uint32Array(1 << 8)
  #room = new Uint16Array(1 << 8)
  #capacity = new Uint16Array(1 << 8)
  #length = new Uint32Array(1 << 8)
  #terms = 0

  /** Makes a new term and returns its number. */
  addTerm(): number {
    const term = this.#terms++
    if (term === this.#head.length) {
      this.#head = grown(this.#head, new Uint32Array(term * 2))
      this.#tail = grown(this.#tail, new Uint32Array(term * 2))
      this.#room = grown(this.#room, new Uint16Array(term * 2))
      this.#capacity = grown(this.#capacity, new Uint16Array(term * 2))
      this.#length = grown(this.#length, new Uint32Array(term * 2))
    }
    const slice = this.#takeSlice(FIRST_SLICE_POSTINGS)
    this.#head[term] = slice
    this.#tail[term] = slice
    this.#room[term] = FIRST_SLICE_POSTINGS
    this.#capacity[term] = FIRST_SLICE_POSTINGS
    return term
  }

  add(term: number, offset: number, count: number): void {
    if (this.#room[term] === 0) {
      const capacity = Math.min(LONGEST_SLICE_POSTINGS, this.#capacity[term]! * 2)
      const slice = this.#takeSlice(capacity)
      this.#arena[this.#tail[term]!] = slice
      this.#tail[term] = slice
      this.#room[term] = capacity
      this.#capacity[term] = capacity
    }
    const tail = this.#tail[term]!
    this.#arena[tail] = offset
    this.#arena[tail + 1] = count
    this.#tail[term] = tail + 2
    this.#room[term]!--
    this.#length[term]!++
  }

  /** How many postings a term has. */
  lengthOf(term: number): number {
    return this.#length[term]!
  }

  /** Where a term's postings lie in the arena, in order: pairs of where a run begins and where it ends. */
  runsOf(term: number): readonly number[] {
    const runs: number[] = []
    let left = this.#length[term]!
    let capacity = FIRST_SLICE_POSTINGS
    let at = this.#head[term]!
    while (left > 0) {
      const end = at + 2 * Math.min(capacity, left)
      runs.push(at, end)
      left -= capacity
      if (left <= 0) break
      at = this.#arena[end]!
      capacity = Math.min(LONGEST_SLICE_POSTINGS, capacity * 2)
    }
    return runs
  }

  /** Offset and count in turn, in the runs of terms; valid until something is added. */
  get arena(): Uint32Array {
    return this.#arena
  }

  get memoryBytes(): number {
    return this.#arena.byteLength + this.#head.length * (4 + 4 + 2 + 2 + 4)
  }

  #takeSlice(postings: number): number {
    const start = this.#used
    this.#used += postings * 2 + 1
    if (this.#used > this.#arena.length) this.#arena = grown(this.#arena, new Uint32Array(Math.ceil(this.#used * 1.5)))
    return start
  }
}

function grown<A extends Uint32Array | Uint16Array>(from: A, to: A): A {
  to.set(from)
  return to
}
