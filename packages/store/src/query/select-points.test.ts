import type { Filter, PointId } from '@voisin/spec'
import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import type { LogEntry } from '../log/entry-codec.ts'
import { encodePayload } from '../points/payload-codec.ts'
import { PayloadTable } from '../points/payload-table.ts'
import { NO_POINTS } from '../points/point-columns.ts'
import { CollectionState } from '../state/collection-state.ts'
import { ASKED_PATHS, anyFilter, askedPayload, deepestValue } from '../testing/filter-arbitraries.ts'
import { naive } from '../testing/naive-filter.ts'
import { facetsOf } from './facets.ts'
import { countMatching, matching } from './matching.ts'

const VECTORS = { '': { dim: 1, metric: 'l2' as const } }
const id = fc.constantFrom<PointId[]>('a', 1, '1', 'b', 2, 3, 4, 5)
const long = askedPayload.map((payload) => ({ ...payload, a: ['x'.repeat(2_000), payload.a ?? null] }))
const deep = askedPayload.map((payload) => ({ ...payload, a: deepestValue }))
const payload = fc.oneof({ weight: 18, arbitrary: askedPayload }, { weight: 2, arbitrary: long }, { weight: 1, arbitrary: deep })
const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ upsert: fc.array(fc.tuple(id, payload), { minLength: 1, maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ update: id, payload }) },
  { weight: 1, arbitrary: fc.record({ delete: id }) },
  { weight: 1, arbitrary: fc.constant({ renumber: true as const }) },
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never
const step = fc.oneof({ weight: 2, arbitrary: fc.record({ change }) }, { weight: 1, arbitrary: fc.record({ filter: anyFilter }) })

/** About so many are asked of each state. */
const FILTERS_OF_A_LIFE = 10

/** What facets count, wherever it stands. */
function scalarsOf(value: unknown): unknown[] {
  if (value === null || value === undefined || value instanceof Uint8Array) return []
  if (typeof value !== 'object' || value instanceof Date) return [value]
  return Object.values(value).flatMap(scalarsOf)
}

const nameOf = (value: unknown) =>
  value instanceof Date ? `date ${value.getTime()}` : `${typeof value} ${Object.is(value, -0) ? 0 : value}`

/** A state and, as plain as can be, what it should hold, in order of first upsert. */
class Twin {
  readonly state: CollectionState
  readonly model = new Map<PointId, object>()
  #lsn = 0
  #asked = 0

  constructor(state: CollectionState) {
    this.state = state
  }

  make(change: Change): void {
    if ('renumber' in change) {
      this.state.renumber(Uint32Array.from(this.state.ids.liveOffsets()), this.state.ids.nextOffset)
    } else if ('upsert' in change) {
      const ids = change.upsert.map(([id]) => id)
      this.#apply({ upserts: { ids, payloads: change.upsert.map(([, payload]) => encodePayload(payload)), vectors: new Map() } })
      for (const [id, payload] of change.upsert) this.model.set(id, payload)
    } else if ('update' in change) {
      const { update: id, payload } = change
      this.#apply({ updates: [{ fields: Object.keys(payload), ids: [id], payloads: [this.#merged(id, payload)] }] })
    } else {
      this.#apply({ deletes: [change.delete] })
      this.model.delete(change.delete)
    }
  }

  expectSame(filter: Record<string, unknown>): void {
    const expected = [...this.model].filter(([id, payload]) => naive(filter, id, payload)).map(([id]) => id)
    expect(matching(this.state, filter as Filter).map((offset) => this.state.ids.id(offset))).toEqual(expected)
    expect(countMatching(this.state, filter as Filter)).toBe(expected.length)
    // In turn: all of them each time would take longer than all else here.
    this.#expectSameFacets(ASKED_PATHS[this.#asked++ % ASKED_PATHS.length]!, filter)
  }

  #expectSameFacets(path: string, filter: Record<string, unknown>): void {
    const points = [...this.model].filter(([id, payload]) => naive(filter, id, payload))
    const scalars = new Map(points.flatMap(([, payload]) => scalarsOf(payload)).map((value) => [nameOf(value), value]))
    const counted = [...scalars].flatMap(([name, value]) => {
      const count = points.filter(([id, payload]) => naive({ [path]: { $eq: value } }, id, payload)).length
      return count === 0 ? [] : [`${name}: ${count}`]
    })
    const facets = facetsOf(this.state, { path, filter: filter as Filter })
    expect(facets.map(({ value, count }) => `${nameOf(value)}: ${count}`).sort()).toEqual(counted.sort())
    expect(facets.map(({ count }) => count)).toEqual(facets.map(({ count }) => count).toSorted((a, b) => b - a))
  }

  #merged(id: PointId, patch: object): Uint8Array {
    const before = this.model.get(id)
    if (before === undefined) return encodePayload(patch)
    const merged = { ...before, ...patch }
    this.model.set(id, merged)
    return encodePayload(merged)
  }

  #apply(what: Partial<Pick<LogEntry, 'updates' | 'deletes'>> & { readonly upserts?: typeof NO_POINTS }): void {
    const { upserts = NO_POINTS, updates = [], deletes = [] } = what
    const { nextOrdinal } = this.state
    const lsn = ++this.#lsn
    const entry: LogEntry = {
      collection: 7,
      lsn,
      previous: lsn - 1,
      previousChecksum: 0,
      isStrict: true,
      firstOrdinal: nextOrdinal,
      upsertCount: upserts.ids.length,
      upserts,
      updates,
      deletes,
      checksum: 0,
      bytes: 0,
    }
    this.state.apply({ entry, upserts })
  }
}

test('what columns and tables say is what a naive evaluator says of every payload', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...ASKED_PATHS]), fc.array(step, { minLength: 3, maxLength: 20 }), async (declared, steps) => {
      const fields = Object.fromEntries(declared.map((path) => [path, 'keyword' as const]))
      const twin = new Twin(await CollectionState.create({ vectors: VECTORS, fields }))
      for (const step of steps) {
        if ('change' in step) twin.make(step.change)
        else twin.expectSame(step.filter)
      }
      for (const step of steps) if ('filter' in step) twin.expectSame(step.filter)
      twin.state.close()
    }),
    { numRuns: inject('filters') / FILTERS_OF_A_LIFE },
  )
})

test.each(['declared', 'not declared'])(
  'a payload that makes no sense meets nothing that is asked of it, the field %s',
  async (how) => {
    const fields = how === 'declared' ? { a: 'number' as const } : {}
    const state = await CollectionState.create({ vectors: VECTORS, fields })
    const payloads = [encodePayload({ a: 1 }), Uint8Array.of(0xff), encodePayload({ a: 2 })]
    const points = payloads.map((_, id) => ({ id, lsn: 1 }))
    state.restore(points, PayloadTable.of(payloads), new Map(), 3, 3)
    const found = (filter: Filter) => matching(state, filter)
    expect(found({ a: { $ne: 1 } })).toEqual([2])
    expect(found({ $not: { a: 1 } })).toEqual([2])
    expect(found({ $or: [{ $id: 1 }, { a: 2 }] })).toEqual([2])
    expect(found({ $id: 1 })).toEqual([1])
    expect(found({})).toEqual([0, 1, 2])
    expect([...state.undecodable]).toEqual([1])
    state.close()
  },
)
