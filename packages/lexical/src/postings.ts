// One arena for the postings of all terms: a typed array for each term would cost more than its postings, as most terms occur once.
//
// A term's postings lie in slices, each linked to the next by its last word:
//   0                         1        2                   2·n + 1
//   ├ capacity: n postings ───┼ offset ┼ count ─── … ──────┼ next slice ┤
// The list ends after as many postings as the term has; what follows in the last slice is garbage.

const FIRST_SLICE_POSTINGS = 1
const LONGEST_SLICE_POSTINGS = 512

/** For each term (0, 1, 2, …) the offsets it occurs at and how often, in order of adding. */
export class Postings {
  #arena = new Uint32Array(1 << 12)
  #used = 1
  // By term: its first slice (0: none, for the arena's first word is nobody's), its last, where its next posting goes, and how many it has.
  #head = new Uint32Array(1 << 8)
  #last = new Uint32Array(1 << 8)
  #tail = new Uint32Array(1 << 8)
  #length = new Uint32Array(1 << 8)
  #terms = 0

  get termCount(): number {
    return this.#terms
  }

  /** Makes a new term: the next number. */
  addTerm(): void {
    const term = this.#terms++
    if (term === this.#head.length) {
      this.#head = grown(this.#head, term * 2)
      this.#last = grown(this.#last, term * 2)
      this.#tail = grown(this.#tail, term * 2)
      this.#length = grown(this.#length, term * 2)
    }
  }

  add(term: number, offset: number, count: number): void {
    const at = this.#take(term, 1)
    this.#arena[at] = offset
    this.#arena[at + 1] = count
  }

  /** Adds the first `count` of both arrays, one behind the other. */
  addMany(term: number, offsets: Uint32Array, counts: Uint32Array, count: number): void {
    let at = this.#take(term, count)
    const arena = this.#arena
    for (let i = 0; i < count; i++) {
      arena[at++] = offsets[i]!
      arena[at++] = counts[i]!
    }
  }

  /** Takes memory for about so many words of the arena that are still to come. */
  reserve(words: number): void {
    if (this.#used + words > this.#arena.length) this.#arena = grown(this.#arena, this.#used + words)
  }

  /** The offsets that a term occurs at, in order of adding. */
  *offsetsOf(term: number): Generator<number, void> {
    const runs = this.runsOf(term)
    for (let run = 0; run < runs.length; run += 2) for (let at = runs[run]!; at < runs[run + 1]!; at += 2) yield this.#arena[at]!
  }

  /** How many postings a term has. */
  lengthOf(term: number): number {
    return this.#length[term]!
  }

  /** Where a term's postings lie in the arena, in order: pairs of where a run begins and where it ends. */
  runsOf(term: number): readonly number[] {
    const runs: number[] = []
    let left = this.#length[term]!
    for (let slice = this.#head[term]!; left > 0; slice = this.#arena[slice + 1 + 2 * this.#arena[slice]!]!) {
      const held = Math.min(left, this.#arena[slice]!)
      runs.push(slice + 1, slice + 1 + 2 * held)
      left -= held
    }
    return runs
  }

  /** Offset and count in turn, in the runs of terms; valid until something is added. */
  get arena(): Uint32Array {
    return this.#arena
  }

  get memoryBytes(): number {
    return this.#arena.byteLength + this.#head.byteLength * 4
  }

  /** Makes room for so many postings of a term; returns where in the arena they go. */
  #take(term: number, count: number): number {
    if (this.#roomOf(term) < count) this.#addSlice(term, count)
    const at = this.#tail[term]!
    this.#tail[term] = at + 2 * count
    this.#length[term]! += count
    return at
  }

  #roomOf(term: number): number {
    const slice = this.#last[term]!
    return slice === 0 ? 0 : this.#arena[slice]! - (this.#tail[term]! - slice - 1) / 2
  }

  #addSlice(term: number, count: number): void {
    const before = this.#last[term]!
    const doubled = before === 0 ? FIRST_SLICE_POSTINGS : Math.min(LONGEST_SLICE_POSTINGS, 2 * this.#arena[before]!)
    // Nothing may be left free within the list.
    const room = this.#roomOf(term)
    const capacity = Math.max(count, doubled)
    const slice = this.#used
    this.#used += 2 * capacity + 2
    if (this.#used > this.#arena.length) this.#arena = grown(this.#arena, Math.ceil(this.#used * 1.5))
    this.#arena[slice] = capacity
    if (before === 0) this.#head[term] = slice
    else {
      this.#arena[before]! -= room
      this.#arena[before + 1 + 2 * this.#arena[before]!] = slice
    }
    this.#last[term] = slice
    this.#tail[term] = slice + 1
  }
}

function grown(from: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length)
  to.set(from)
  return to
}
