import type { HnswIndex } from '@voisin/index'
import { isVoisinError, type Progress } from '@voisin/spec'

/** Stored links are fresh as long as of their rows, and of all vectors, so many are live vectors with such a row. */
const LEAST_FRESH = 0.8

/** How many rows there are of stored links, and how many of these are of vectors that live. */
export interface StoredLinks {
  readonly rows: number
  readonly live: number
}

interface WaitingLinks {
  readonly blocks: readonly number[]
  readonly pieces: readonly Uint8Array[]
  readonly slots: Uint32Array
}

/** What is stored of the links among some vectors, and what of it has been read and waits to be put in its place. */
export class KeptLinks {
  /** Blocks of links that are damaged, gone, or of no use. */
  readonly damaged: Set<number> = new Set()
  #waiting: WaitingLinks | undefined
  #stored: StoredLinks = { rows: 0, live: 0 }

  get areWaiting(): boolean {
    return this.#waiting !== undefined
  }

  get memoryBytes(): number {
    return this.#waiting?.pieces.reduce((sum, { length }) => sum + length, 0) ?? 0
  }

  /**
   * Takes links that were read.
   * @param blocks Ids of where they lay.
   * @param slots Of each row; any that the index has not where nobody lives.
   */
  wait(blocks: readonly number[], pieces: readonly Uint8Array[], slots: Uint32Array): void {
    this.#waiting = { blocks, pieces, slots }
  }

  /** Hears what is stored. */
  areStored(stored: StoredLinks): void {
    this.#stored = stored
  }

  /** Hears that a vector has died, which may have a row. */
  lost(): void {
    this.#stored = { ...this.#stored, live: this.#stored.live - 1 }
  }

  /** Whether stored links need not be written anew. @param size How many vectors live. */
  areFresh(size: number, { rows, live }: StoredLinks = this.#stored): boolean {
    return live >= LEAST_FRESH * Math.max(rows, size)
  }

  /** Puts what waits in its place, in slices. Where it turns out to be none, there is nothing in its place, and others are made. */
  *steps(index: HnswIndex): Generator<Progress, void> {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) return
    try {
      const linked = yield* index.restoreLinks(waiting.pieces, waiting.slots)
      if (linked < LEAST_FRESH * this.#stored.live) this.#areOfNoUse(waiting)
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'corrupt-data') throw error
      this.#areOfNoUse(waiting)
    }
  }

  #areOfNoUse({ blocks }: WaitingLinks): void {
    for (const block of blocks) this.damaged.add(block)
    this.#stored = { rows: 0, live: 0 }
  }

  /** Gives up what waits. */
  drop(): void {
    this.#waiting = undefined
  }
}
