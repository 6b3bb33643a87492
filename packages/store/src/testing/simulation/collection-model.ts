import type { Point, PointId } from '@voisin/spec'
import { ABSENT, applied, IDS, type Operation, type Version, versionOf } from './operations.ts'

type Sets = Map<PointId, Set<Version>>

/** What a collection shows: its points in the order of `scroll`, and the last write that is in them. */
export interface Shown {
  readonly points: readonly Point[]
  readonly lsn: number
}

/** What a collection may show, in the plainest words: for every id the versions that may be current. */
export class CollectionModel {
  readonly name: string
  readonly number: number
  /** What was done since it was last looked at. */
  operations: Operation[] = []
  /** Something was done to the records that may cost points. */
  isHarmed = false
  /** That points may be missing has been said since. */
  wasTold = false
  /** Its deletion was asked for, and nobody knows whether it happened. */
  mayBeDeleted = false
  #base: Sets
  #order: PointId[] | undefined = []
  #lsn = 0
  readonly #ever: Sets

  constructor(name: string, number: number) {
    this.name = name
    this.number = number
    this.#base = new Map(IDS.map((id) => [id, new Set([ABSENT])]))
    this.#ever = new Map(IDS.map((id) => [id, new Set([ABSENT])]))
  }

  /** Why this cannot be what the collection shows, or undefined where it can. */
  mismatch(shown: Shown): string | undefined {
    const twice = this.#acknowledgedTwice()
    if (twice !== undefined) return twice
    const exact = this.#possible(false)
    const difference = this.#difference(exact, shown) ?? this.#orderDifference(shown)
    if (difference === undefined) return undefined
    const mayDiffer = this.isHarmed || this.operations.some(({ mayBeLost, sawLess }) => mayBeLost || sawLess)
    if (!mayDiffer) return difference
    const loose = this.#difference(this.#mixed(this.#possible(true)), shown)
    if (loose !== undefined) return loose
    return this.wasTold ? undefined : `${difference}, and nobody was told`
  }

  /** Why this is nothing that was ever written. */
  neverWritten(points: readonly Point[]): string | undefined {
    this.#possible(true)
    return this.#difference(this.#mixed(this.#ever), { points, lsn: 0 })
  }

  /**
   * What is shown is taken as what there is.
   *
   * @param others What tabs show that were opened in better times: where they have more, they may have stored it anew.
   */
  takeAs({ points, lsn }: Shown, others: readonly Shown[] = []): void {
    const shown = new Map(points.map((point) => [point.id, versionOf(point)]))
    this.#base = new Map(IDS.map((id) => [id, new Set([shown.get(id) ?? ABSENT])]))
    for (const other of others) for (const point of other.points) this.#base.get(point.id)?.add(versionOf(point))
    const isCertain = [...this.#base.values()].every((versions) => versions.size === 1)
    // Harm may have made it what nobody wrote: less.
    for (const [id, version] of shown) this.#ever.get(id)!.add(version)
    this.#order = isCertain ? points.map(({ id }) => id) : undefined
    this.#lsn = lsn
    this.operations = []
    this.isHarmed = false
    this.wasTold = false
  }

  /** Whether anything that was acknowledged is there to be lost. */
  get isEmpty(): boolean {
    return [...this.#possible(false).values()].every((versions) => versions.size === 1 && versions.has(ABSENT))
  }

  /** For a message: what there may be. */
  describe(): string {
    return [...this.#possible(false)].map(([id, versions]) => `${String(id)}: ${[...versions].map(brief).join(' | ')}`).join('\n')
  }

  /** One number for two writes: one of them took the other's place. Numbers of lost writes are given again. */
  #acknowledgedTwice(): string | undefined {
    if (this.isHarmed) return undefined
    const labels = new Map<number, string>()
    for (const { state, lsn, label, mayBeLost } of this.operations) {
      if (state !== 'done' || lsn === undefined || mayBeLost) continue
      const other = labels.get(lsn)
      if (other !== undefined) return `Two writes to ${this.name} were acknowledged as ${lsn}: "${other}" and "${label}"`
      labels.set(lsn, label)
    }
    return undefined
  }

  /** `isLoose`: after harm, when any version that was ever written may be what is left. */
  #possible(isLoose: boolean): Sets {
    const sets: Sets = new Map()
    for (const id of IDS) sets.set(id, new Set(isLoose && this.isHarmed ? this.#ever.get(id) : this.#base.get(id)))
    const known = new Map<number, Operation[]>()
    for (const operation of this.operations) {
      if (operation.lsn !== undefined && operation.state === 'done') {
        known.set(operation.lsn, [...(known.get(operation.lsn) ?? []), operation])
      }
    }
    const floating = this.operations.filter(({ state }) => state === 'maybe' || state === 'pending')
    let last = this.#lsn
    for (const lsn of [...known.keys()].sort((a, b) => a - b)) {
      // Writes that nobody heard of stand where no other does.
      for (; last + 1 < lsn; last++) for (const operation of floating) this.#apply(sets, operation, true)
      last = Math.max(last, lsn)
      const here = known.get(lsn)!
      // Nor is there one where it was lost.
      if (isLoose && here.every(({ mayBeLost }) => mayBeLost))
        for (const operation of floating) this.#apply(sets, operation, true)
      for (const operation of here)
        this.#apply(sets, operation, isLoose && operation.mayBeLost, isLoose && (this.isHarmed || operation.sawLess))
    }
    for (let round = 0; round < floating.length; round++) {
      for (const operation of floating) this.#apply(sets, operation, true)
    }
    return sets
  }

  /** After harm a point may be put together of what was written. */
  #mixed(sets: Sets): Sets {
    if (!this.isHarmed) return sets
    return new Map([...sets].map(([id, versions]) => [id, new Set([...versions, ...mixed(versions)])]))
  }

  /** `sawLess`: whoever wrote it may have seen fewer points than there are, and neither updated nor deleted those. */
  #apply(sets: Sets, { change }: Operation, isOptional: boolean, sawLess = false): void {
    for (const id of IDS) {
      const before = sets.get(id)!
      const after = new Set(isOptional ? before : [])
      for (const version of before) {
        after.add(applied(change, id, version))
        if (sawLess) after.add(applied({ ...change, update: undefined, deleteWhere: undefined }, id, version))
      }
      sets.set(id, after)
      const ever = this.#ever.get(id)!
      for (const version of after) ever.add(version)
    }
  }

  #difference(sets: Sets, { points }: Shown): string | undefined {
    const shown = new Map<PointId, Version>()
    for (const point of points) {
      if (shown.has(point.id)) return `${this.name} shows ${JSON.stringify(point.id)} twice`
      shown.set(point.id, versionOf(point))
    }
    for (const id of shown.keys())
      if (!IDS.includes(id)) return `${this.name} shows ${JSON.stringify(id)}, which was never written`
    for (const [id, versions] of sets) {
      const version = shown.get(id) ?? ABSENT
      if (versions.has(version)) continue
      const expected = [...versions].map((one) => brief(one)).join(' or ')
      return `${this.name} shows ${JSON.stringify(id)} as ${brief(version)}, expected ${expected}`
    }
    return undefined
  }

  /** Points come in the order in which they were first upserted; that is known where every write is. */
  #orderDifference({ points }: Shown): string | undefined {
    if (this.#order === undefined || this.isHarmed || this.operations.some(({ state }) => state === 'maybe')) return undefined
    const done = this.operations.filter(({ state }) => state === 'done').sort((a, b) => a.lsn! - b.lsn!)
    if (new Set(done.map(({ lsn }) => lsn)).size < done.length) return undefined
    const versions = new Map<PointId, Version>()
    for (const id of this.#order) versions.set(id, [...this.#base.get(id)!][0]!)
    for (const { change } of done) {
      for (const { id } of change.upsert ?? []) if (!versions.has(id)) versions.set(id, ABSENT)
      for (const [id, version] of versions) {
        const after = applied(change, id, version)
        if (after === ABSENT) versions.delete(id)
        else versions.set(id, after)
      }
    }
    const expected = JSON.stringify([...versions.keys()])
    const shown = JSON.stringify(points.map(({ id }) => id))
    return expected === shown ? undefined : `${this.name} scrolls as ${shown}, expected ${expected}`
  }
}

/**
 * A point may have lost its vector alone; or an upsert of it was lost, and it has the vector that it had before, beside the payload of a
 * later update.
 */
function mixed(versions: ReadonlySet<Version>): Version[] {
  const points = [...versions].filter((version) => version !== ABSENT).map((version) => JSON.parse(version))
  const vectors = [null, ...points.map(({ vector }) => vector)]
  return points.flatMap((point) => vectors.map((vector) => JSON.stringify({ ...point, vector })))
}

function brief(version: Version): string {
  if (version === ABSENT) return 'absent'
  return version.replace(/x{9,}/, (fill) => `${fill.length} x`)
}
