import type { Candidates } from '@voisin/spec'
import type { HnswIndexOptions, SearchOptions } from '../hnsw/options.ts'
import { HnswIndex } from '../hnsw-index.ts'
import type { Simd } from '../kernels.ts'
import { codeOf, expectEqual } from './agree.ts'
import { unsteady, withClock } from './clock.ts'
import { type Data, dataFor, drawOptions, mustBeExact } from './fuzz-data.ts'
import { ModelIndex } from './model-index.ts'
import { bitOf, randomBitmap, seeded } from './random.ts'

// A sequence of random operations on an index and on its model. What is exact must agree bit for bit; what is approximate must find enough on
// average, never too few in number, never what is deleted or not allowed, and always with the exact distance.

/** What happened in a sequence, for the summary. */
export interface SequenceReport {
  readonly steps: number
  readonly searches: number
  readonly hadGraph: boolean
}

/** One of so many sequences is large enough for a graph. */
const LARGE_RATE = 25
/** Queries that ask for the recall of a graph in the end. */
const PROBES = 200
/** How much less than asked for may be found on average over one sequence. */
const SHORTFALL = 0.05

export async function runSequence(seed: number, simd?: Simd): Promise<SequenceReport> {
  const random = seeded(Math.imul(seed, 0x9e3779b1))
  const sequence = await Sequence.begin(random, simd)
  const trail: string[] = [sequence.describe()]
  try {
    await withClock(unsteady(seeded(seed)), async () => {
      const steps = 4 + Math.floor(random() * 14)
      for (let i = 0; i < steps; i++) trail.push(await sequence.step())
      sequence.expectRecall()
    })
  } catch (error) {
    throw new Error(`Sequence ${seed} failed after ${trail.join(', ')}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  } finally {
    sequence.close()
  }
  return sequence.report()
}

class Sequence {
  readonly #random: () => number
  readonly #options: HnswIndexOptions
  readonly #data: Data
  readonly #isLarge: boolean
  readonly #model: ModelIndex
  #index: HnswIndex
  #steps = 0
  #searches = 0
  #hadGraph = false
  /** Of searches that the planner did not scan for. */
  #found = 0
  #wanted = 0

  static async begin(random: () => number, simd: Simd | undefined): Promise<Sequence> {
    const isLarge = random() < 1 / LARGE_RATE
    const options = drawOptions(random, isLarge, simd)
    const { dim, metric } = options
    const index = await HnswIndex.create(options)
    return new Sequence(
      random,
      options,
      isLarge,
      dataFor(random, dim, metric, isLarge),
      index,
      await ModelIndex.create(dim, metric),
    )
  }

  private constructor(
    random: () => number,
    options: HnswIndexOptions,
    isLarge: boolean,
    data: Data,
    index: HnswIndex,
    model: ModelIndex,
  ) {
    this.#random = random
    this.#options = options
    this.#isLarge = isLarge
    this.#data = data
    this.#index = index
    this.#model = model
  }

  describe(): string {
    const { metric, dim, m, graph } = this.#options
    const how = graph === true ? '' : graph ? ` ${graph}` : ' no graph'
    return `${metric} ${dim} m ${m}${how}${this.#isLarge ? ' large' : ''}`
  }

  report(): SequenceReport {
    return { steps: this.#steps, searches: this.#searches, hadGraph: this.#hadGraph }
  }

  close(): void {
    this.#index.close()
    this.#model.close()
  }

  /** Does something; tells what. */
  async step(): Promise<string> {
    const actions: [weight: number, name: string, action: () => unknown][] = [
      [this.#steps === 0 ? 99 : 4, 'addMany', () => this.#addMany(this.#newCount())],
      [2, 'add', () => this.#addSome(1 + this.#below(4))],
      [1, 'update', () => this.#update()],
      [2, 'delete', () => this.#delete(this.#random() < 0.3 ? this.#random() : 0.05)],
      [8, 'search', () => this.#search()],
      [2, 'searchMany', () => this.#searchMany()],
      [1.5, 'reopen', () => this.#reopen()],
      [1, 'vacuum', () => this.#vacuum()],
      [1.5, 'build in steps', () => this.#buildInSteps()],
      [this.#options.graph === 'background' ? 5 : 0, 'link', () => this.#link()],
      [1, 'compact', () => this.#compact()],
      [0.5, 'cancelled vacuum', () => this.#cancelVacuum()],
      [0.5, 'checkRecall', () => this.#checkRecall()],
      [1, 'bad input', () => this.#badInput()],
    ]
    let drawn = this.#random() * actions.reduce((sum, [weight]) => sum + weight, 0)
    const [, name, action] = actions.find(([weight]) => {
      drawn -= weight
      return drawn < 0
    })!
    this.#steps++
    const detail = await action()
    this.#expectState()
    return detail === undefined ? name : `${name} ${detail}`
  }

  /** Whether the planner finds as much as it is asked to. */
  expectRecall(): void {
    // With fewer links clusters come apart as single vectors are added, and what was measured before says nothing of it.
    for (const _ of this.#index.linkSteps()) this.#searchOnce()
    expectEqual(this.#index.isLinkingDue, false, 'linking due after it')
    if (!this.#index.hasGraph || !this.#data.hasNeighbours || this.#options.m! < 8) return
    for (let i = 0; i < PROBES; i++) this.#searchAs({}, 10)
    const share = this.#found / Math.max(1, this.#wanted)
    const { recall = 0.99 } = this.#options
    if (share < recall - SHORTFALL) throw new Error(`${share.toFixed(3)} were found where ${recall} was asked for`)
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #newCount(): number {
    if (!this.#isLarge) return this.#below(this.#random() < 0.2 ? 120 : 30)
    if (this.#model.count === 0) return 900 + this.#below(500)
    return this.#model.count > 2000 ? this.#below(50) : this.#below(this.#random() < 0.3 ? 800 : 60)
  }

  #addMany(count: number): string {
    const rows = this.#data.rows(count)
    const bulk = [undefined, undefined, true, false][this.#below(4)]
    expectEqual(this.#index.addMany(rows, bulk === undefined ? {} : { bulk }), this.#model.count, 'first offset')
    this.#model.addMany(rows)
    return `${count}${bulk === undefined ? '' : bulk ? ' in bulk' : ' singly'}`
  }

  #addSome(count: number): string {
    for (let i = 0; i < count; i++) {
      const row = this.#data.rows(1)
      expectEqual(this.#index.add(row), this.#model.count, 'offset')
      this.#model.addMany(row)
    }
    return String(count)
  }

  #update(): void {
    const { count } = this.#model
    if (count === 0) return
    const offset = this.#below(count)
    const row = this.#data.rows(1)
    expectEqual(this.#index.update(offset, row), count, 'offset')
    this.#model.addMany(row)
    this.#model.delete(offset)
  }

  #delete(share: number): string {
    const { count } = this.#model
    const some = Math.min(count, 1 + Math.floor(count * share))
    for (let i = 0; i < some; i++) {
      const offset = this.#below(count)
      expectEqual(this.#index.delete(offset), this.#model.delete(offset), `whether ${offset} was there`)
    }
    return String(some)
  }

  #searchMany(): string {
    const queries = Array.from({ length: this.#below(9) }, () => this.#query())
    const k = this.#k()
    const options = this.#searchOptions()
    const all = new Float32Array(queries.flatMap((query) => [...query]))
    const answers = this.#index.searchMany(all, k, options)
    expectEqual(answers.length, queries.length, 'answers')
    for (const [i, query] of queries.entries()) {
      this.#expectAnswer(answers[i]!, query, k, options, mustBeExact(options))
    }
    return `${queries.length} ${JSON.stringify({ ...options, allow: undefined })}`
  }

  #search(): string {
    const times = this.#isLarge ? 8 : 2
    const k = this.#k()
    const options = this.#searchOptions()
    let path = ''
    for (let i = 0; i < times; i++) {
      const query = this.#query()
      const before = this.#index.search(query, k, options)
      const explanation = this.#index.explain(query, k, options)
      path = explanation.path
      expectEqual(explanation.count, this.#model.count, 'count explained')
      expectEqual(explanation.live, this.#model.liveCount, 'live explained')
      const isExact = path === 'int8' || path === 'f32'
      for (const answer of [before, explanation.answer]) this.#expectAnswer(answer, query, k, options, isExact)
      if (mustBeExact(options) && !isExact) throw new Error(`exact by way of ${path}`)
    }
    return `${JSON.stringify({ k, ...options, allow: options.allow && 'some' })} by ${path}`
  }

  async #reopen(): Promise<void> {
    const bytes = this.#index.toBytes()
    this.#index.close()
    const { simd, planner, graph } = this.#options
    const inBackground = graph === 'background' && { graph }
    this.#index = await HnswIndex.from(bytes, { ...(simd && { simd }), ...(planner && { planner }), ...inBackground })
  }

  /** Some slices of linking, or all, with additions, deletions and searches in between. */
  #link(): string {
    const linking = this.#index.linkSteps()
    const most = this.#random() < 0.5 ? Number.POSITIVE_INFINITY : this.#below(12)
    const done: string[] = []
    for (let slice = 0; slice < most && !linking.next().done; slice++) {
      if (slice > 20) continue
      if (this.#random() < 0.2) done.push(`+${this.#addMany(this.#newCount())}`)
      if (this.#random() < 0.2) done.push(`-${this.#delete(0.05)}`)
      this.#expectState()
      this.#searchOnce()
    }
    linking.return()
    return `${done.join(' ')} ${most === Number.POSITIVE_INFINITY ? 'all' : most}`
  }

  /** Offsets are as after a vacuum. */
  async #compact(): Promise<string> {
    const before = this.#index
    this.#index = before.compacted()
    before.close()
    await this.#model.vacuum()
    return `to ${this.#model.count}`
  }

  async #vacuum(): Promise<string> {
    const found = this.#index.vacuum()
    const wanted = await this.#model.vacuum()
    expectEqual(found.join(), wanted.join(), 'permutation')
    return `to ${this.#model.count}`
  }

  /** Adds in slices, with searches in between, to the end or until some slice. */
  #buildInSteps(): string {
    const rows = this.#data.rows(this.#newCount())
    const added = rows.length / this.#options.dim
    const before = this.#model.count
    const bulk = [undefined, true, false][this.#below(3)]
    const build = this.#index.buildSteps(rows, bulk === undefined ? {} : { bulk })
    const most = this.#random() < 0.3 ? Number.POSITIVE_INFINITY : this.#below(12)
    let slices = 0
    let isAdded = false
    const follow = (): void => {
      if (isAdded || this.#index.count === before) return
      expectEqual(this.#index.count, before + added, 'count in the middle of a build')
      this.#model.addMany(rows)
      isAdded = added > 0
    }
    for (; slices < most; slices++) {
      const step = build.next()
      follow()
      if (step.done) break
      if (slices < 20) this.#searchOnce()
    }
    build.return(0)
    follow()
    return `${added}, ${slices} slices, ${isAdded ? 'done' : 'cancelled'}`
  }

  /** Some slices of a vacuum; a small one is done in the first. */
  async #cancelVacuum(): Promise<string> {
    const steps = this.#index.vacuumSteps()
    const most = this.#below(6)
    for (let slice = 0; slice < most; slice++) {
      const { done, value } = steps.next()
      if (done) {
        expectEqual((value as Uint32Array).join(), (await this.#model.vacuum()).join(), 'permutation')
        return 'too late'
      }
      this.#searchOnce()
    }
    steps.return(new Uint32Array())
    return `after ${most} slices`
  }

  #searchOnce(): void {
    this.#searchAs(this.#searchOptions(), 3)
  }

  #searchAs(options: SearchOptions, k: number): void {
    const query = this.#query()
    this.#expectAnswer(this.#index.search(query, k, options), query, k, options, mustBeExact(options))
  }

  #checkRecall(): void {
    const recall = this.#index.checkRecall(1 + this.#below(12), { size: 8 })
    if (!(recall >= 0 && recall <= 1)) throw new Error(`a recall of ${recall}`)
  }

  #badInput(): void {
    const { dim } = this.#options
    const bad = new Float32Array(dim)
    bad[this.#below(dim)] = Number.NaN
    const refused: [code: string, action: () => unknown][] = [
      ['invalid-vector', () => this.#index.add(bad)],
      ['invalid-vector', () => this.#index.addMany(new Float32Array([...this.#data.rows(2), ...bad]))],
      ['invalid-vector', () => this.#index.search(bad, 1)],
      ['dimension-mismatch', () => this.#index.add(new Float32Array(dim + 1))],
      ['invalid-argument', () => this.#index.delete(this.#model.count)],
      ['invalid-argument', () => this.#index.search(this.#data.rows(1), 0)],
    ]
    for (const [code, action] of refused) expectEqual(codeOf(action), code, 'refusal')
  }

  #k(): number {
    return [1, 3, 10, 10, 10, this.#model.liveCount || 1, this.#model.count + 5][this.#below(this.#isLarge ? 5 : 7)]!
  }

  #query(): Float32Array {
    const { count } = this.#model
    return count > 0 && this.#random() < 0.3 ? this.#model.vector(this.#below(count)) : this.#data.rows(1)
  }

  #searchOptions(): SearchOptions {
    const path = ([undefined, undefined, undefined, 'graph', 'int8', 'bits', 'f32'] as const)[this.#below(7)]
    const { count } = this.#model
    const share = [undefined, undefined, undefined, 0, 0.02, 0.5, 0.98, 1][this.#below(8)]
    return {
      ...(path && { path }),
      ...(this.#random() < 0.2 && { recall: 1 }),
      ...(this.#random() < 0.15 && { ef: 1 + this.#below(100) }),
      ...(share !== undefined && { allow: randomBitmap(this.#random, count, share) }),
    }
  }

  #expectAnswer(answer: Candidates, query: Float32Array, k: number, options: SearchOptions, isExact: boolean): void {
    this.#searches++
    const { offsets, distances } = answer
    const { allow } = options
    const wanted = this.#model.search(query, k, allow)
    expectEqual(offsets.length, wanted.offsets.length, 'number of answers')
    if (isExact) {
      expectEqual(offsets.join(), wanted.offsets.join(), 'offsets')
      expectEqual(distances.join(), wanted.distances.join(), 'distances')
      return
    }
    expectEqual(new Set(offsets).size, offsets.length, 'different offsets')
    for (const offset of offsets) {
      if (!this.#model.isLive(offset)) throw new Error(`${offset} is deleted`)
      if (allow && !bitOf(allow, offset)) throw new Error(`${offset} is not allowed`)
    }
    expectEqual(distances.join(), this.#model.distances(query, offsets).join(), 'distances')
    for (let i = 1; i < distances.length; i++) {
      const isSorted = distances[i - 1]! < distances[i]! || (distances[i - 1] === distances[i] && offsets[i - 1]! < offsets[i]!)
      if (!isSorted) throw new Error('not nearest first')
    }
    if (options.ef !== undefined || options.path !== undefined) return
    // By distance: of equal vectors any will do.
    const farthest = wanted.distances.at(-1) ?? 0
    this.#wanted += wanted.offsets.length
    this.#found += distances.filter((distance) => distance <= farthest).length
  }

  #expectState(): void {
    const { count, liveCount } = this.#model
    expectEqual(this.#index.count, count, 'count')
    expectEqual(this.#index.liveCount, liveCount, 'liveCount')
    this.#hadGraph ||= this.#index.hasGraph
    if (count === 0) return
    const offset = this.#below(count)
    expectEqual(this.#index.vector(offset).join(), this.#model.vector(offset).join(), `vector ${offset}`)
    const offsets = Uint32Array.from({ length: this.#below(7) }, () => this.#below(count))
    const query = this.#data.rows(1)
    expectEqual(this.#index.distances(query, offsets).join(), this.#model.distances(query, offsets).join(), 'distances asked for')
  }
}
