import type { SeededRandom } from './seeded-random.ts'

/** A tab's life: what happens to it ends with it, and waits while it is frozen. */
export class Life {
  readonly name: string
  state: 'running' | 'frozen' | 'dead' = 'running'
  /** When it was last stopped, in virtual milliseconds. */
  stoppedAt: number | undefined
  readonly #endings: (() => void)[] = []

  constructor(name: string) {
    this.name = name
  }

  /** Runs when the life ends: what the browser cleans up behind a tab. */
  atEnd(clean: () => void): void {
    this.#endings.push(clean)
  }

  end(now: number): void {
    if (this.state === 'dead') return
    this.state = 'dead'
    this.stoppedAt = now
    for (const clean of this.#endings) clean()
  }
}

interface Happening {
  readonly due: number
  readonly life: Life | undefined
  readonly label: string
  readonly run: () => void
  isCancelled: boolean
}

/** A life that goes on for longer than this many steps turns in circles. */
const MOST_STEPS = 300_000
/** How far the clock moves each time it is looked at: slices of work that look at it come to an end. */
const LOOK_MS = 0.01

// Node's types are not part of the package.
const { setImmediate } = globalThis as unknown as { readonly setImmediate: (run: () => void) => void }

/**
 * Everything that takes time in the simulated world happens here, one thing at a time, in an order that the seed decides among what is
 * due. All microtasks that follow from it run before the next.
 */
export class VirtualTime {
  now = 0
  steps = 0
  /** The last things that happened, for whoever looks for a bug. */
  readonly recent: string[] = []
  /** Changes with every thing that ever happened, and when: two equal lives have equal digests. */
  digest = 0
  #happenings: Happening[] = []
  readonly #random: SeededRandom
  readonly #afterEach: (() => void)[] = []

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** Runs `run` once, `ms` from now, unless the life is over by then; returns what takes it back. */
  after(ms: number, label: string, life: Life | undefined, run: () => void): () => void {
    const happening: Happening = { due: this.now + Math.max(0, ms), life, label, run, isCancelled: false }
    this.#happenings.push(happening)
    return () => {
      happening.isCancelled = true
    }
  }

  /** What a tab's clock says. */
  look(): number {
    this.now += LOOK_MS
    return this.now
  }

  /** Runs after each happening, once all microtasks have run. */
  watch(check: () => void): void {
    this.#afterEach.push(check)
  }

  /** Goes on until `isDone`, or `ms` have passed. False where time was up, or nothing is left that could happen. */
  async run(isDone: () => boolean, ms: number): Promise<boolean> {
    const end = this.now + ms
    await this.settle()
    while (!isDone()) {
      const next = this.#next(end)
      if (next === undefined) {
        this.now = Math.max(this.now, Math.min(end, this.#earliest()))
        return isDone()
      }
      this.steps++
      if (this.steps > MOST_STEPS) throw new Error(`It turned in circles: ${this.recent.join(', ')}.`)
      this.now = Math.max(this.now, next.due)
      this.#note(`${this.now.toFixed(2)} ${next.life?.name ?? '-'} ${next.label}`)
      next.run()
      await this.settle()
      for (const check of this.#afterEach) check()
    }
    return true
  }

  /** Lets so much time pass. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms
    await this.run(() => false, ms)
    this.now = Math.max(this.now, end)
  }

  /** Runs all microtasks, however deep their chains. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  #earliest(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const { due, life } of this.#happenings) if (life?.state !== 'frozen' && due < earliest) earliest = due
    return earliest
  }

  #next(end: number): Happening | undefined {
    this.#happenings = this.#happenings.filter(({ isCancelled, life }) => !isCancelled && life?.state !== 'dead')
    const earliest = this.#earliest()
    if (earliest > end) return undefined
    const moment = Math.max(this.now, earliest)
    const due = this.#happenings.filter((happening) => happening.due <= moment && happening.life?.state !== 'frozen')
    const next = this.#random.pick(due)
    next.isCancelled = true
    return next
  }

  #note(line: string): void {
    for (let i = 0; i < line.length; i++) this.digest = (Math.imul(this.digest, 31) + line.charCodeAt(i)) | 0
    this.recent.push(line)
    if (this.recent.length > 40) this.recent.shift()
  }
}
