import { InvalidArgumentError } from '@voisin/spec'
import { checkVector } from '../check-vectors.ts'
import type { BatchScan } from './batch.ts'
import { CODE_RANGE, type Codes } from './codes.ts'
import type { Graph } from './graph.ts'
import type { Measured } from './measured.ts'
import type { Explanation, HnswIndexOptions, SearchOptions } from './options.ts'
import { checkNumber } from './parameters.ts'
import type { Found, Paths, SearchPath } from './paths.ts'
import { type Costs, estimatedCosts, listsWanted, MOST_EF, type Plan, type PlanRequest, plan } from './planner.ts'
import { finish } from './slices.ts'
import type { Space } from './space.ts'
import { Tuner, type Tuning, tunedK } from './tuner.ts'
import type { Unlinked } from './unlinked.ts'
import type { VectorTable } from './vector-table.ts'

const DEFAULT_RECALL = 0.99
/** A tuning is measured again when the number of live vectors has changed by so much. */
const TUNING_CHANGE = 1.2
/** Where tuning is left to the background, it is taken for so much more or fewer vectors until it is done. */
const TUNING_REACH = 2
/** What is left to the background is not measured for a larger k: such searches are scans. */
const LARGEST_BACKGROUND_K = 300
/** Fewer vectors than this are scanned in less time than bits would save. */
const BITS_FROM = 20_000
/** A filtered walk that met less than this share of the wanted candidates it was to meet has walked elsewhere. */
const POOR_SHARE = 0.4
const PATHS: readonly SearchPath[] = ['graph', 'int8', 'bits', 'f32']
const NOTHING: Found = { size: 0, at: 0, isSecondPass: false, wanted: 0, unlinked: 0 }

/** What `begin` decided, for the search that follows. */
export interface Chosen {
  readonly plan: Plan
  readonly wanted: number
  readonly isFiltered: boolean
}

/** Plans searches and runs them. */
export class Searcher {
  readonly #space: Space
  readonly #table: VectorTable
  readonly #codes: Codes
  readonly #graph: Graph
  readonly #paths: Paths
  readonly #tuner: Tuner
  readonly #options: HnswIndexOptions
  readonly #unlinked: Unlinked
  #costs: Costs | undefined
  #tunings = new Map<number, Tuning>()
  /** Where tuning is left to the background: the k that were asked for. */
  readonly #asked = new Set<number>()
  #hasAllow = false
  /** Whether the last search found too few on its way, and was a scan in the end. */
  #gaveUp = false
  /** While codes and links are put in place only the f32 path is right. */
  #isBlind = false
  /** What the last plan was made for. */
  #request: PlanRequest | undefined
  // One object for all plans: a search allocates nothing but its result.
  readonly #chosen: { plan: Plan; wanted: number; isFiltered: boolean } = {
    plan: { path: 'f32', effort: 0, reason: '', expectedMs: 0 },
    wanted: 0,
    isFiltered: false,
  }

  constructor(
    space: Space,
    table: VectorTable,
    codes: Codes,
    graph: Graph,
    paths: Paths,
    batch: BatchScan,
    options: HnswIndexOptions,
    unlinked: Unlinked,
  ) {
    this.#space = space
    this.#table = table
    this.#codes = codes
    this.#graph = graph
    this.#unlinked = unlinked
    this.#paths = paths
    this.#tuner = new Tuner(space, table, paths, batch)
    this.#options = options
  }

  get measured(): Measured {
    return { costs: this.#costs, tunings: [...this.#tunings.values()] }
  }

  set measured({ costs, tunings }: Measured) {
    this.#costs = costs
    this.#tunings = new Map(tunings.map((tuning) => [tuning.k, tuning]))
    this.#request = undefined
  }

  /** The recall of searches that name none. */
  get recall(): number {
    return this.#options.recall ?? DEFAULT_RECALL
  }

  /** Whether searches must do without codes and links, because these are being changed. */
  set isBlind(isBlind: boolean) {
    this.#isBlind = isBlind
    this.#request = undefined
  }

  /** Where tuning is left to the background: a k that should be measured. */
  get dueTuning(): number | undefined {
    if (this.#options.graph !== 'background' || !this.#graph.exists || !this.#canSeeCodes) return undefined
    if (this.#table.liveCount < 2) return undefined
    return [10, ...this.#asked].find((k) => !this.#isWithin(this.#tunings.get(k), TUNING_CHANGE))
  }

  /** Forgets what was measured of the graph. */
  forget(): void {
    this.#tunings.clear()
    this.#request = undefined
  }

  /** Measures this device, if that is not done yet, and walks for one k. Yields every few milliseconds. */
  *measure(k: number): Generator<void, void> {
    if (this.#table.liveCount < 2 || !this.#codes.areUsable) return
    this.#allowAll()
    const measuring = this.#measuring(k)
    while (!measuring.next().done) {
      yield
      // Between two steps others may have searched with a filter.
      this.#allowAll()
    }
    this.#request = undefined
  }

  *#measuring(k: number): Generator<void, void> {
    const { liveCount } = this.#table
    // Of nodes that walks can find.
    const count = this.#graph.exists ? Math.min(this.#graph.linked, this.#table.count) : this.#table.count
    const estimated = estimatedCosts(this.#space.codeBytes)
    this.#costs ??= { ...(yield* this.#tuner.measureCosts(count, estimated)), ...this.#options.planner?.costs }
    const tuning = yield* this.#tuner.tune(count, liveCount, k, this.#costs, this.#graph.exists)
    if (tuning !== undefined) this.#tunings.set(k, tuning)
    this.#asked.delete(k)
  }

  /** Checks a query, writes it where the kernels look, and plans. */
  begin(query: Float32Array, k: number, options: SearchOptions): Chosen {
    checkSearch(k, options)
    const { recall = this.recall, ef, allow, path } = options
    const norm = checkVector(query, this.#space.dim, this.#space.metric)
    const wanted = this.#allow(allow)
    const chosen = this.#chosen
    const canSeeCodes = this.#canSeeCodes && this.canCode(norm)
    if (!this.#isPlanned(k, recall, ef, path, wanted, canSeeCodes)) {
      const tuning = this.#tuning(k, path)
      // Measuring lets other vectors ask, of all others.
      this.#allow(allow)
      const { count, liveCount: live } = this.#table
      this.#request = {
        count,
        live,
        wanted,
        dead: this.#graph.deadCount,
        unlinked: this.#unlinked.live,
        k,
        recall,
        ef,
        path,
        hasGraph: this.#graph.exists,
        codesAreUsable: canSeeCodes,
        walks: tuning?.walks ?? [],
        bitsMeasured: tuning?.bitsMeasured,
      }
      chosen.plan = plan(this.#request, this.#usedCosts, this.#space.codeBytes, this.#options.planner ?? {})
    }
    chosen.wanted = wanted
    chosen.isFiltered = allow !== undefined
    this.#paths.setQuery(query, norm)
    return chosen
  }

  /** Searches, and tells how. */
  explain(query: Float32Array, k: number, options: SearchOptions): Explanation {
    const chosen = this.begin(query, k, options)
    this.#space.takeDistanceCount()
    const before = performance.now()
    const found = this.run(chosen, Math.min(k, chosen.wanted))
    const { isSecondPass } = found
    const answer = this.#paths.read(found)
    const { plan } = chosen
    const gaveUp = { path: 'int8', effort: 0, reason: `${plan.reason}; but it met too few, so all were scanned` } as const
    return {
      ...plan,
      ...(this.#gaveUp && gaveUp),
      count: this.#table.count,
      live: this.#table.liveCount,
      wanted: chosen.wanted,
      unlinked: this.#unlinked.live,
      distances: plan.path === 'f32' ? chosen.wanted : this.#space.takeDistanceCount(),
      isSecondPass,
      ms: performance.now() - before,
      answer,
    }
  }

  /** Searches as planned; what a walk misses, a scan finds. */
  run({ plan: { path, effort }, wanted, isFiltered }: Chosen, k: number): Found {
    const { count, liveCount } = this.#table
    this.#gaveUp = false
    if (wanted === 0) return NOTHING
    if (path === 'f32') return this.#paths.f32(count, k, isFiltered)
    if (path === 'bits') {
      const found = this.#paths.bits(count, k, effort)
      if (found.size === k) return found
    } else if (path === 'graph') {
      const walked = this.#paths.graph(count, k, effort)
      const { size, wanted: met } = walked
      const found = this.#paths.withUnlinked(walked, this.#graph.linked, count, k)
      // The walk is judged by those that it could meet.
      const linked = wanted - found.unlinked
      const least = Math.min(k, linked)
      // Where the wanted ones lie elsewhere than the near ones, a walk meets fewer of them than their share.
      const isPoor = wanted < liveCount && met < Math.max(least, (POOR_SHARE * effort * linked) / liveCount)
      if (size === least && !isPoor) return found
    }
    this.#gaveUp = path !== 'int8'
    if (wanted === count || !listsWanted(count, wanted, this.#usedCosts)) return this.#paths.int8(count, k)
    return this.#paths.int8(count, k, this.#paths.listWanted(count))
  }

  /** The share of the true k nearest that searches find, on live vectors that each ask as if they were not there. */
  *recallSteps(k: number, size: number, recall: number): Generator<void, number> {
    const { count, liveCount } = this.#table
    if (liveCount < 2 || !this.#codes.areUsable) return 1
    const search = (offset: number): Uint32Array => {
      const chosen = this.begin(this.#table.view(offset).slice(), k, { recall })
      if (chosen.plan.path !== 'graph') return this.#paths.read(this.run(chosen, Math.min(k + 1, liveCount))).offsets
      const self = this.#table.nodeOf(offset)
      const asked = Math.min(k, liveCount)
      const walked = this.#paths.graph(count, asked, chosen.plan.effort, self)
      return this.#paths.read(this.#paths.withUnlinked(walked, this.#graph.linked, count, asked, self)).offsets
    }
    const steps = this.#tuner.recallOf(count, liveCount, k, size, search)
    for (;;) {
      // Between two steps others may have searched with a filter.
      this.#allowAll()
      const step = steps.next()
      if (step.done) return step.value
      yield
    }
  }

  /** Whether a query of this length has codes: the products of its steps must stay within the range of f32. */
  canCode(norm: number): boolean {
    return this.#space.metric === 'cosine' || norm === 0 || (norm >= CODE_RANGE[0] && norm <= CODE_RANGE[1])
  }

  get #canSeeCodes(): boolean {
    return this.#codes.areUsable && !this.#isBlind
  }

  get #usedCosts(): Costs {
    return this.#costs ?? { ...estimatedCosts(this.#space.codeBytes), ...this.#options.planner?.costs }
  }

  /** What was measured for about this k; measured now if there is need. */
  #tuning(k: number, path: SearchPath | undefined): Tuning | undefined {
    const { liveCount } = this.#table
    const isOfUse = this.#graph.exists || liveCount > BITS_FROM
    if (!isOfUse || !this.#canSeeCodes || path === 'int8' || path === 'f32') return undefined
    const bucket = tunedK(k)
    // No walk keeps so many: such searches are scans.
    if (bucket > (this.#options.graph === 'background' ? LARGEST_BACKGROUND_K : MOST_EF)) return undefined
    const known = this.#tunings.get(bucket)
    if (this.#isWithin(known, TUNING_CHANGE)) return known
    if (this.#options.graph === 'background') {
      this.#asked.add(bucket)
      return this.#isWithin(known, TUNING_REACH) ? known : undefined
    }
    finish(this.measure(bucket))
    return this.#tunings.get(bucket)
  }

  #isWithin(known: Tuning | undefined, change: number): boolean {
    const ratio = (known?.live ?? 0) / this.#table.liveCount
    return ratio < change && ratio > 1 / change
  }

  // The same question as before has the same plan: most searches differ in the query alone.
  #isPlanned(
    k: number,
    recall: number,
    ef: number | undefined,
    path: SearchPath | undefined,
    wanted: number,
    canSeeCodes: boolean,
  ): boolean {
    const before = this.#request
    return (
      before !== undefined &&
      before.k === k &&
      before.recall === recall &&
      before.ef === ef &&
      before.path === path &&
      before.wanted === wanted &&
      before.count === this.#table.count &&
      before.live === this.#table.liveCount &&
      before.dead === this.#graph.deadCount &&
      before.unlinked === this.#unlinked.live &&
      before.hasGraph === this.#graph.exists &&
      before.codesAreUsable === canSeeCodes
    )
  }

  /** Writes a bitmap where the kernels look; returns how many vectors are live and allowed. */
  #allow(allow: Uint8Array | undefined): number {
    const { count, liveCount } = this.#table
    if (allow === undefined) {
      this.#allowAll()
      return liveCount
    }
    const length = Math.ceil(count / 8)
    if (!(allow.byteLength >= length)) {
      throw new InvalidArgumentError('The allow bitmap is too short.', {
        expected: `at least ${length} bytes, a bit for each of ${count} vectors`,
        received: `${allow.byteLength}`,
      })
    }
    const space = this.#space
    space.u8.set(allow.length === length ? allow : allow.subarray(0, length), space.regions.at.allow)
    space.setAllow(true)
    this.#hasAllow = true
    return space.memory.kernels.countWanted(count)
  }

  #allowAll(): void {
    if (this.#hasAllow) this.#space.setAllow(false)
    this.#hasAllow = false
  }
}

function checkSearch(k: number, { recall, ef, path }: SearchOptions): void {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new InvalidArgumentError('No such k.', { expected: 'an integer ≥ 1', received: String(k) })
  }
  if (recall !== undefined) checkNumber('recall', recall, 0, 1, false)
  if (ef !== undefined) checkNumber('ef', ef, 1, 2 ** 20, true)
  if (path === undefined || PATHS.includes(path)) return
  throw new InvalidArgumentError('No such path.', { expected: PATHS.join(', '), received: String(path) })
}
