import type { BatchScan } from './batch.ts'
import { seeded } from './parameters.ts'
import type { Found, Paths } from './paths.ts'
import { type Costs, type EfPoint, MOST_EF } from './planner.ts'
import type { Space } from './space.ts'
import type { VectorTable } from './vector-table.ts'

// The index measures itself: some of its own vectors ask, each as if it were not there, and the exact scan says what they should have found.

const SAMPLE = 128
/** From this k on fewer vectors say as much, and each takes longer. */
const LARGE_K = 100
const SAMPLE_OF_LARGE_K = 32
/** Walks are timed in pieces of so many milliseconds. */
const PIECE_MS = 2
/** Exact answers are computed for so many at a time. */
const TRUTH_AT_ONCE = 4
const GRID = [12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, MOST_EF]
/** More recall than this on a sample says nothing more. */
const ENOUGH = 0.998

/** What was measured for one k. */
export interface Tuning {
  readonly k: number
  /** Live vectors when it was measured. */
  readonly live: number
  readonly walks: readonly EfPoint[]
  /** Vectors that the path of bits must measure for a recall of .99; undefined if a tenth of all is not enough. */
  readonly bitsMeasured: number | undefined
}

/** The k that is measured for a k asked: the next of 1, 3, 10, 30, 100, … */
export function tunedK(k: number): number {
  let power = 1
  while (power * 10 <= k) power *= 10
  return [1, 3, 10].map((digit) => digit * power).find((tuned) => tuned >= k)!
}

interface Sample {
  readonly offsets: readonly number[]
  /** For each, its true nearest others. */
  readonly truth: readonly ReadonlySet<number>[]
}

export class Tuner {
  readonly #space: Space
  readonly #table: VectorTable
  readonly #paths: Paths
  readonly #batch: BatchScan

  constructor(space: Space, table: VectorTable, paths: Paths, batch: BatchScan) {
    this.#space = space
    this.#table = table
    this.#paths = paths
    this.#batch = batch
  }

  /**
   * Measures walks of rising ef until one finds enough or costs more than a scan. Yields every few milliseconds; vectors may be deleted
   * meanwhile.
   * @param live Live vectors, at least 2.
   */
  *tune(count: number, live: number, k: number, costs: Costs, hasGraph: boolean): Generator<void, Tuning | undefined> {
    const sample = yield* this.#sample(count, live, Math.min(k, live - 1), k < LARGE_K ? SAMPLE : SAMPLE_OF_LARGE_K)
    // All that were there have died since.
    if (sample.offsets.length === 0) return undefined
    if (!hasGraph) return { k, live, walks: [], bitsMeasured: yield* this.#tuneBits(count, k, sample) }
    const walks: EfPoint[] = []
    for (const ef of GRID) {
      if (ef < k) continue
      const point = yield* this.#measureWalk(count, k, ef, sample)
      walks.push(point)
      if (point.recall >= ENOUGH || point.cost > count * costs.scan * 2) break
    }
    return { k, live, walks: rising(walks), bitsMeasured: undefined }
  }

  /** Recall of some search over a fresh sample. */
  *recallOf(
    count: number,
    live: number,
    k: number,
    size: number,
    search: (offset: number) => Iterable<number>,
  ): Generator<void, number> {
    const sample = yield* this.#sample(count, live, Math.min(k, live - 1), size)
    let hits = 0
    let wanted = 0
    for (const [i, offset] of sample.offsets.entries()) {
      const truth = sample.truth[i]!
      for (const found of search(offset)) if (truth.has(found)) hits++
      wanted += this.#liveIn(truth)
      yield
    }
    return wanted === 0 ? 1 : hits / wanted
  }

  /** Times the scans on this device. Yields every few milliseconds. */
  *measureCosts(count: number, estimated: Costs): Generator<void, Costs> {
    if (count < 256) return estimated
    const random = seeded(count)
    const asking = this.#pick(random, count)
    if (asking === undefined) return estimated
    this.#ask(asking)
    const scan = yield* leastOf(5, () => this.#paths.int8(count, 10))
    const some = Math.min(2048, count >> 1)
    const gather = yield* leastOf(5, () => {
      const at = this.#space.scratch((some + 4) * 4)
      for (let i = 0; i < some; i++) this.#space.u32[at / 4 + i] = this.#table.nodeOf(Math.floor(((i + random()) * count) / some))
      return () => this.#paths.int8(count, 10, { at, size: some })
    })
    const bits = yield* leastOf(5, () => this.#paths.bits(count, 10, 10))
    const measured = Math.min(1000, count)
    const withMeasured = yield* leastOf(5, () => this.#paths.bits(count, 10, measured))
    // What rescoring a thousand bounds costs is in a scan of codes too, but is little beside it.
    const measure = Math.max(estimated.measure / 4, (withMeasured - bits) / measured)
    return { scan: scan / count, gather: gather / some, bits: bits / count, measure }
  }

  *#sample(count: number, live: number, k: number, size: number): Generator<void, Sample> {
    const { dim } = this.#space
    const random = seeded(live ^ 0x5bd1e995)
    const offsets: number[] = []
    const truth: Set<number>[] = []
    if (k < 1) return { offsets, truth }
    const atOnce = k < LARGE_K ? TRUTH_AT_ONCE : 1
    const norms = new Float64Array(atOnce)
    const queries = new Float32Array(atOnce * dim)
    for (let first = 0; first < size; first += atOnce) {
      for (let i = 0; i < atOnce; i++) {
        const offset = this.#pick(random, count)
        if (offset === undefined) return { offsets: offsets.slice(0, truth.length), truth }
        offsets.push(offset)
        queries.set(this.#table.view(offset), i * dim)
        norms[i] = this.#table.norm(offset)
      }
      // One more, because a vector finds itself.
      for (const [i, { offsets: found }] of this.#batch.search(queries, norms, count, k + 1).entries()) {
        const self = offsets[first + i]!
        truth.push(new Set([...found].filter((offset) => offset !== self).slice(0, k)))
      }
      yield
    }
    return { offsets, truth }
  }

  *#measureWalk(count: number, k: number, ef: number, { offsets, truth }: Sample): Generator<void, EfPoint> {
    let hits = 0
    let wanted = 0
    for (const [i, offset] of offsets.entries()) {
      this.#ask(offset)
      const found = this.#paths.graph(count, k + 1, ef, this.#table.nodeOf(offset))
      hits += this.#hits(found, truth[i]!)
      wanted += this.#liveIn(truth[i]!)
      yield
    }
    return { ef, recall: wanted === 0 ? 1 : hits / wanted, cost: yield* this.#timeWalk(count, k, ef, offsets) }
  }

  /** Nanoseconds of a walk: the fastest of some passes over the sample, in pieces of a few milliseconds that a coarse clock can tell. */
  *#timeWalk(count: number, k: number, ef: number, offsets: readonly number[]): Generator<void, number> {
    let least = Number.POSITIVE_INFINITY
    for (let pass = 0; pass < 2; pass++) {
      let total = 0
      let before = performance.now()
      for (const offset of offsets) {
        this.#ask(offset)
        this.#paths.graph(count, k, ef)
        const took = performance.now() - before
        if (took < PIECE_MS) continue
        total += took
        yield
        before = performance.now()
      }
      least = Math.min(least, total + performance.now() - before)
    }
    return (least * 1e6) / Math.max(1, offsets.length)
  }

  *#tuneBits(count: number, k: number, { offsets, truth }: Sample): Generator<void, number | undefined> {
    for (let measured = 64; measured <= count / 10; measured *= 2) {
      let hits = 0
      let wanted = 0
      for (const [i, offset] of offsets.entries()) {
        this.#ask(offset)
        hits += this.#hits(this.#paths.bits(count, k + 1, measured), truth[i]!)
        wanted += this.#liveIn(truth[i]!)
        yield
      }
      if (hits >= 0.99 * wanted) return measured
    }
    return undefined
  }

  #hits({ at, size }: Found, truth: ReadonlySet<number>): number {
    const { u32 } = this.#space
    let hits = 0
    for (let i = 0; i < size; i++) if (truth.has(u32[at / 4 + i * 2]!)) hits++
    return hits
  }

  /** Lets a vector of the index ask. */
  #ask(offset: number): void {
    this.#paths.setQuery(this.#table.view(offset), this.#table.norm(offset))
  }

  #liveIn(truth: ReadonlySet<number>): number {
    let live = 0
    for (const offset of truth) if (this.#table.isLive(offset)) live++
    return live
  }

  /** A live offset below `count`, if there is one. */
  #pick(random: () => number, count: number): number | undefined {
    const first = Math.floor(random() * count)
    for (let i = 0; i < count; i++) {
      const offset = (first + i) % count
      if (this.#table.isLive(offset)) return offset
    }
    return undefined
  }
}

/** Nanoseconds of the fastest of some runs, each repeated until a coarse clock can tell it. */
function* leastOf(runs: number, action: () => unknown): Generator<void, number> {
  let least = Number.POSITIVE_INFINITY
  for (let run = 0; run < runs; run++) {
    const result = action()
    const again = typeof result === 'function' ? (result as () => unknown) : action
    let times = 0
    let took = 0
    const before = performance.now()
    do {
      again()
      times++
      took = performance.now() - before
    } while (took < 2)
    least = Math.min(least, (took * 1e6) / times)
    yield
  }
  return least
}

/** Walks whose recall and cost never fall as ef rises: what fell was chance. */
function rising(walks: readonly EfPoint[]): EfPoint[] {
  let recall = 0
  let cost = 0
  return walks.map((walk) => {
    recall = Math.max(recall, walk.recall)
    cost = Math.max(cost, walk.cost)
    return { ef: walk.ef, recall, cost }
  })
}
