import type { Loaded } from './load-collection.ts'
import { type Manifest, missingFrom } from './manifest.ts'

/** Of entries that were given up long ago no tab has memory. */
const MOST_GIVEN_UP = 1_024

/**
 * The entries that one tab's memory lacks, or has not whole, beside those that the newest manifest lacks. A record may be damaged after
 * some tab has read it and before another does: then these two see different collections, and of two sets of missing entries
 *
 *     the manifest's ⊂ memory's   the manifest has more: memory is loaded anew
 *     memory's ⊂ the manifest's   memory has more: it is folded in at once
 *
 * Where neither is part of the other, what all others see wins.
 */
export class Gaps {
  readonly #missed: ReadonlySet<number>
  /** Nobody knows what memory lacks: it was put together without a manifest. */
  readonly #isUnknown: boolean
  #ahead: ReadonlySet<number> = new Set()

  constructor({ base, lost, isRebuilt }: Pick<Loaded, 'base' | 'lost' | 'isRebuilt'>) {
    this.#missed = new Set([...missingFrom(base), ...lost])
    this.#isUnknown = isRebuilt
  }

  /** Entries that are in memory and not in the base. */
  get ahead(): ReadonlySet<number> {
    return this.#ahead
  }

  /** How many entries up to `last`, where this memory ended, were in it and have been given up in what was loaded in its place. */
  givenUpSince({ givenUp }: Manifest, last: number): number {
    return givenUp.filter((lsn) => lsn <= last && !this.#missed.has(lsn)).length
  }

  /** Whether another tab's manifest may hold what memory lacks. @param blocks Those that memory could not read. */
  areFilledBy(manifest: Manifest, blocks: ReadonlySet<number>): boolean {
    const missing = missingFrom(manifest)
    const hasEntry = [...this.#missed].some((lsn) => lsn <= manifest.lsn && !missing.has(lsn))
    const named = new Set(manifest.blocks.map(({ reference }) => reference.id))
    return this.#isUnknown || hasEntry || [...blocks].some((id) => !named.has(id))
  }

  /** Hears that another tab's manifest is the base now. */
  adopted(base: Manifest): void {
    this.#ahead = new Set([...missingFrom(base)].filter((lsn) => !this.#missed.has(lsn)))
  }

  /** Hears that what memory has is the base now. */
  folded(): void {
    this.#ahead = new Set()
  }

  /**
   * What a manifest of this memory lacks.
   * @param last The entry that it ends with.
   * @param lost Of entries after the base.
   * @param givesUp The records of those are not kept either.
   */
  at(last: number, base: Manifest, lost: readonly number[], givesUp: boolean): Pick<Manifest, 'lost' | 'givenUp'> {
    const givenUp = base.givenUp.filter((lsn) => this.#missed.has(lsn))
    const isAside = (lsn: number) => lsn <= last && this.#missed.has(lsn) && !givenUp.includes(lsn)
    const aside = [...new Set([...base.lost, ...lost])].filter(isAside)
    return givesUp ? { lost: [], givenUp: [...givenUp, ...aside].slice(-MOST_GIVEN_UP) } : { lost: aside, givenUp }
  }
}
