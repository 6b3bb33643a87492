import type { Payload, PointId } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEntry } from '../log/entry-codec.ts'
import { encodePayload } from '../points/payload-codec.ts'
import { PayloadTable } from '../points/payload-table.ts'
import { NO_POINTS, NO_VECTOR, type PointColumns, rowsOf } from '../points/point-columns.ts'
import { matching } from '../query/matching.ts'
import { CollectionState, type ReadyEntry } from './collection-state.ts'

const SCHEMA = { vectors: { '': { dim: 1, metric: 'l2' as const } }, fields: { text: 'text' as const } }
const id = fc.constantFrom<PointId[]>(0, 1, 2, 3, 4, '0', '1', 'two')
const payload = fc.record({ text: fc.constantFrom('cat', 'cat dog', 'dog', ''), n: fc.nat(3) }, { requiredKeys: [] })
const point = fc.record({ id, payload, x: fc.option(fc.integer({ min: -5, max: 5 })) })
const write = fc.record({
  upserts: fc.array(point, { maxLength: 4 }),
  updates: fc.array(fc.record({ id, payload }), { maxLength: 2 }),
  deletes: fc.array(id, { maxLength: 2 }),
  /** Entries before it that could not be read had so many points. */
  unread: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
})
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never

interface Kept {
  payload: Payload
  x: number | null
  lsn: number
}

function entryOf({ upserts, updates, deletes }: Write, lsn: number, firstOrdinal: number): ReadyEntry {
  const rows = rowsOf(upserts.length, (i) => upserts[i]!.x !== null)
  const data = Float32Array.from(upserts.flatMap(({ x }) => x ?? []))
  const columns: PointColumns = {
    ids: upserts.map(({ id }) => id),
    payloads: upserts.map(({ payload }) => encodePayload(payload)),
    vectors: new Map(rows.some((row) => row !== NO_VECTOR) ? [['', { rows, data }]] : []),
  }
  const entry: LogEntry = {
    collection: 7,
    lsn,
    previous: lsn - 1,
    previousChecksum: 0,
    isStrict: true,
    firstOrdinal,
    upsertCount: upserts.length,
    upserts: columns,
    updates: updates.map(({ id, payload }) => ({
      fields: ['text', 'n'],
      ids: [id],
      payloads: [encodePayload(payload)],
    })),
    deletes,
    checksum: 0,
    bytes: 0,
  }
  return { entry, upserts: columns }
}

function applyTo(model: Map<PointId, Kept>, { upserts, updates, deletes }: Write, lsn: number): void {
  for (const { id, payload, x } of upserts) model.set(id, { payload, x, lsn })
  for (const { id, payload } of updates) {
    const kept = model.get(id)
    if (kept) model.set(id, { ...kept, payload, lsn })
  }
  for (const id of deletes) model.delete(id)
}

function expectAsModel(state: CollectionState, model: ReadonlyMap<PointId, Kept>): void {
  const part = state.part('')
  const found = Array.from(state.ids.entries(), ([id, offset]) => [
    id,
    { payload: state.payload(offset), x: part.vector(offset)?.[0] ?? null, lsn: state.payloadLsn(offset) },
  ])
  expect(found).toEqual([...model])
  expect(state.liveBytes).toBe(
    [...model.values()].reduce((sum, { payload, x }) => sum + encodePayload(payload).length + (x === null ? 0 : 4), 0),
  )
}

/** What is found, by id: offsets are the state's own affair. */
function answers(state: CollectionState) {
  const idsOf = (offsets: Uint32Array) => Array.from(offsets, (offset) => state.ids.id(offset))
  const query = Float32Array.of(1)
  const near = state.part('').search(query, 20)
  const words = state.words!.search('cat dog', 20)
  return {
    near: [idsOf(near.offsets), [...near.distances], state.momentsOf(query, state.part(''))],
    words: [idsOf(words.offsets), [...words.scores], words.moments],
  }
}

test('a state holds what a Map would, and numbering it anew between any two writes changes no answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ write, isCapture: fc.boolean(), isRenumber: fc.boolean(), extra: fc.nat(30) }), { maxLength: 20 }),
      async (steps) => {
        const state = await CollectionState.create(SCHEMA)
        const twin = await CollectionState.create(SCHEMA)
        const model = new Map<PointId, Kept>()
        let captured: { live: number[]; from: number; lsn: number } | undefined
        let lsn = 0
        for (const { write, isCapture, isRenumber, extra } of steps) {
          if (isCapture) {
            // Rows that cannot be read keep a number, too.
            const live = new Set(state.ids.liveOffsets())
            if (extra < state.ids.nextOffset) live.add(extra)
            captured = { live: [...live].sort((a, b) => a - b), from: state.ids.nextOffset, lsn }
          }
          lsn++
          const firstOrdinal = twin.nextOrdinal + write.unread
          for (const each of [state, twin]) each.apply(entryOf(write, lsn, firstOrdinal))
          applyTo(model, write, lsn)
          if (isRenumber && captured !== undefined) {
            const { live, from, lsn: capturedAt } = captured
            const since = state.deletions.filter((deletion) => deletion.lsn > capturedAt)
            state.renumber(live, from)
            // As a checkpoint does: what was deleted before is in no block any more.
            state.forgetDeletions(capturedAt)
            const placed = (offset: number) => (offset < from ? live.indexOf(offset) : offset - from + live.length)
            expect(state.deletions).toEqual(since.map(({ offset, ...rest }) => ({ ...rest, offset: placed(offset) })))
            captured = undefined
          }
          expect(state.nextOrdinal).toBe(twin.nextOrdinal)
          expectAsModel(state, model)
          expect(answers(state)).toEqual(answers(twin))
        }
        state.close()
        twin.close()
      },
    ),
    { numRuns: 150 },
  )
})

test('an update keeps its offset and its vector, an upsert takes a new one, a deletion is remembered until it is forgotten', async () => {
  const state = await CollectionState.create(SCHEMA)
  const nothing = { upserts: [], updates: [], deletes: [], unread: 0 }
  state.apply(entryOf({ ...nothing, upserts: [{ id: 1, payload: { text: 'cat' }, x: 4 }] }, 1, 0))
  state.apply(entryOf({ ...nothing, updates: [{ id: 1, payload: { text: 'dog' } }] }, 2, 1))
  expect([state.ids.offset(1), state.ids.nextOffset, state.payloadLsn(0)]).toEqual([0, 1, 2])
  expect(state.part('').vector(0)).toEqual(Float32Array.of(4))
  expect([...state.words!.search('dog', 5).offsets]).toEqual([0])
  expect([...state.words!.search('cat', 5).offsets]).toEqual([])
  state.apply(entryOf({ ...nothing, upserts: [{ id: 1, payload: {}, x: null }] }, 3, 1))
  expect([state.ids.offset(1), state.ids.birth(1), state.part('').has(0)]).toEqual([1, 0, false])
  state.apply(entryOf({ ...nothing, deletes: [1, 'absent'] }, 4, 2))
  expect(state.deletions).toEqual([{ id: 1, offset: 1, lsn: 4 }])
  state.forgetDeletions(3)
  expect(state.deletions).toHaveLength(1)
  state.forgetDeletions(4)
  expect(state.deletions).toEqual([])
  state.close()
})

test('a payload that makes no sense is nobody else’s after offsets were numbered anew', async () => {
  const state = await CollectionState.create({ ...SCHEMA, fields: {} })
  const payloads = [undefined, Uint8Array.of(0xff), encodePayload({ n: 2 }), encodePayload({ n: 3 })]
  const points = payloads.map((payload, id) => payload && { id, lsn: 1 })
  state.restore(points, PayloadTable.of(payloads), new Map(), 4, 4)
  const found = () => matching(state, { n: { $gte: 2 } }).map((offset) => state.ids.id(offset))
  expect(found()).toEqual([2, 3])
  state.renumber(Uint32Array.from(state.ids.liveOffsets()), 4)
  expect(found()).toEqual([2, 3])
  expect(matching(state, { $not: { n: 2 } }).map((offset) => state.ids.id(offset))).toEqual([3])
  state.close()
})

test('words are split again only where a text may have changed', async () => {
  const state = await CollectionState.create(SCHEMA)
  const nothing = { upserts: [], updates: [], deletes: [], unread: 0 }
  state.apply(entryOf({ ...nothing, upserts: [{ id: 1, payload: { text: 'cat' }, x: null }] }, 1, 0))
  const before = state.words!.deadCount
  const payloads = [encodePayload({ text: 'cat', n: 3 })]
  const { entry } = entryOf(nothing, 2, 1)
  state.apply({ entry: { ...entry, updates: [{ fields: ['n'], ids: [1], payloads }] }, upserts: NO_POINTS })
  expect(state.words!.deadCount).toBe(before)
  expect(state.payload(0)).toEqual({ text: 'cat', n: 3 })
  state.close()
})

test('an entry whose points cannot be read leaves their offsets to nobody, and its updates and deletions apply', async () => {
  const state = await CollectionState.create(SCHEMA)
  const nothing = { upserts: [], updates: [], deletes: [], unread: 0 }
  const points = (...ids: number[]) => ids.map((id) => ({ id, payload: { n: id }, x: null }))
  state.apply(entryOf({ ...nothing, upserts: points(1, 2) }, 1, 0))
  const { entry } = entryOf({ ...nothing, upserts: points(3, 4, 5), updates: [{ id: 1, payload: { n: 9 } }], deletes: [2] }, 2, 2)
  state.apply({ entry, upserts: undefined })
  state.apply(entryOf({ ...nothing, upserts: points(6) }, 3, 5))
  expect([...state.ids.entries()]).toEqual([
    [1, 0],
    [6, 5],
  ])
  expect([state.payload(0), state.nextOrdinal]).toEqual([{ n: 9 }, 6])
  state.close()
})
