import { isVoisinError } from '@voisin/spec'
import type { Clock } from '../database/world.ts'

/** Links are made so long after the last write; in milliseconds. */
const QUIET_MS = 300
/** Even where writes never pause they are made so long after they were first due: linking many at once takes a fraction of linking them as they come. */
const AT_MOST_MS = 30_000
/** While the collection is called, at least so often, slices stand so far apart: few calls wait for one. In milliseconds. */
const BUSY_MS = 100
const PAUSE_MS = 50
/** After a build that found no memory: when there are so many times as many vectors. */
const AGAIN_FROM = 1.5

/** What can be searched as it is, and faster once it is linked. */
export interface LinkedPart {
  readonly isLinkingDue: boolean
  /** Points that are in it. */
  readonly size: number
  /** @throws {LimitError} There is no memory for it; all that was found is found. */
  linkSteps(): Generator<unknown, void>
}

/** Links what is derived in slices, between the calls of a collection, when it is quiet. */
export class Linking {
  readonly #clock: Clock
  readonly #parts: () => Iterable<LinkedPart>
  readonly #onLinked: () => void
  #cancel: (() => void) | undefined
  /** Whether it begins by itself when it is quiet. */
  #isArmed = false
  #dueSince: number | undefined
  #calledAt = Number.NEGATIVE_INFINITY
  #job: Generator<unknown, void> | undefined
  #isClosed = false
  /** Vectors there were when there was no memory to link them. */
  readonly #failedAt = new WeakMap<LinkedPart, number>()

  /**
   * @param parts Those that there are at this moment.
   * @param onLinked Told when one of them is linked.
   */
  constructor(clock: Clock, parts: () => Iterable<LinkedPart>, onLinked: () => void) {
    this.#clock = clock
    this.#parts = parts
    this.#onLinked = onLinked
  }

  /** Hears of any call: others may follow. */
  called(): void {
    this.#calledAt = this.#clock.now()
  }

  /** Hears of a write: others may follow, and are linked together with it. */
  written(): void {
    this.#isArmed = false
    this.heard()
  }

  /** Hears that something may be linked, as of a search that would have been faster. */
  heard(): void {
    if (this.#isArmed || this.#isClosed || this.#job !== undefined || this.#next() === undefined) return
    this.#isArmed = true
    const now = this.#clock.now()
    this.#dueSince ??= now
    this.#cancel?.()
    const ms = Math.max(0, Math.min(QUIET_MS, this.#dueSince + AT_MOST_MS - now))
    this.#cancel = this.#clock.after(ms, () => this.#begin())
  }

  close(): void {
    this.#isClosed = true
    this.#cancel?.()
    this.#job?.return()
    this.#job = undefined
  }

  #next(): LinkedPart | undefined {
    for (const part of this.#parts()) {
      if (part.isLinkingDue && part.size >= AGAIN_FROM * (this.#failedAt.get(part) ?? 0)) return part
    }
    return undefined
  }

  #begin(): void {
    this.#isArmed = false
    this.#dueSince = undefined
    const part = this.#next()
    if (part === undefined) return
    this.#job = part.linkSteps()
    this.#step(part, this.#job)
  }

  /** One slice, and the next when what waits in the event loop has gone first. */
  #step(part: LinkedPart, job: Generator<unknown, void>): void {
    try {
      if (!job.next().done) {
        const isBusy = this.#clock.now() - this.#calledAt < BUSY_MS
        this.#cancel = this.#clock.after(isBusy ? PAUSE_MS : 0, () => this.#step(part, job))
        return
      }
    } catch (error) {
      this.#job = undefined
      if (!isVoisinError(error) || error.code !== 'limit-exceeded') throw error
      this.#failedAt.set(part, part.size)
    }
    this.#job = undefined
    this.#onLinked()
    this.heard()
  }
}
