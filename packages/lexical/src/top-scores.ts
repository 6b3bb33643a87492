/** Keeps the k best of many scored offsets; ties go to the smaller offset. A binary heap with the worst kept on top. */
export class TopScores {
  readonly #k: number
  readonly #offsets: number[] = []
  readonly #scores: number[] = []

  constructor(k: number) {
    this.#k = k
  }

  /** What scores less is not kept. */
  get floor(): number {
    if (this.#k === 0) return Number.POSITIVE_INFINITY
    return this.#offsets.length < this.#k ? Number.NEGATIVE_INFINITY : this.#scores[0]!
  }

  offer(offset: number, score: number): void {
    if (this.#k === 0) return
    if (this.#offsets.length < this.#k) {
      this.#offsets.push(offset)
      this.#scores.push(score)
      this.#rise(this.#offsets.length - 1)
    } else if (isWorse(this.#scores[0]!, this.#offsets[0]!, score, offset)) {
      this.#offsets[0] = offset
      this.#scores[0] = score
      this.#sink()
    }
  }

  /** What was kept, best first. */
  sorted(): { offsets: Uint32Array; scores: Float32Array } {
    const order = this.#offsets.map((_, i) => i)
    const scores = this.#scores
    const offsets = this.#offsets
    order.sort((a, b) => scores[b]! - scores[a]! || offsets[a]! - offsets[b]!)
    return { offsets: Uint32Array.from(order, (i) => offsets[i]!), scores: Float32Array.from(order, (i) => scores[i]!) }
  }

  #rise(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isWorseAt(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(): void {
    const length = this.#offsets.length
    let at = 0
    for (;;) {
      let worst = at
      const left = 2 * at + 1
      if (left < length && this.#isWorseAt(left, worst)) worst = left
      if (left + 1 < length && this.#isWorseAt(left + 1, worst)) worst = left + 1
      if (worst === at) return
      this.#swap(at, worst)
      at = worst
    }
  }

  #isWorseAt(a: number, b: number): boolean {
    return isWorse(this.#scores[a]!, this.#offsets[a]!, this.#scores[b]!, this.#offsets[b]!)
  }

  #swap(a: number, b: number): void {
    const offset = this.#offsets[a]!
    const score = this.#scores[a]!
    this.#offsets[a] = this.#offsets[b]!
    this.#scores[a] = this.#scores[b]!
    this.#offsets[b] = offset
    this.#scores[b] = score
  }
}

function isWorse(score: number, offset: number, otherScore: number, otherOffset: number): boolean {
  return score < otherScore || (score === otherScore && offset > otherOffset)
}
