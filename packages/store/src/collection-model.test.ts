import type { Payload, Point, PointId } from '@voisin/spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMemoryCollection } from './open-collection.ts'
import { collect, dropDatabase, openStored, SCHEMA, type StoredCollection } from './testing/open-stored.ts'

const id = fc.constantFrom<PointId[]>(0, 1, 2, 3, 4, 5, '0', '1', 'two', '\ufefftwo', 'é', '😀')
const word = fc.constantFrom('cat', 'cats', 'dog', 'tax', 'city', 'of')
const payload = fc.record(
  { text: fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')), n: fc.integer({ min: 0, max: 3 }) },
  { requiredKeys: [] },
)
const vector = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((elements) => Float32Array.from(elements))
const point: fc.Arbitrary<Point> = fc
  .tuple(id, fc.option(vector, { nil: undefined, freq: 3 }), payload)
  .map(([id, vector, payload]) => ({ id, payload, ...(vector && { vector }) }))
const tab = fc.nat(3)

const command = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('upsert'), tab, points: fc.array(point, { maxLength: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('large'), tab, points: fc.array(point, { minLength: 12, maxLength: 20 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('update'), tab, ids: fc.array(id, { maxLength: 3 }), payload }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete'), tab, ids: fc.array(id, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteWhere'), tab, n: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('checkpoint', 'purge', 'vacuum'), tab }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reopen'), tab }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush'), tab }) },
) as fc.Arbitrary<Command>

type Command =
  | { kind: 'upsert' | 'large'; tab: number; points: Point[] }
  | { kind: 'update'; tab: number; ids: PointId[]; payload: Payload }
  | { kind: 'delete'; tab: number; ids: PointId[] }
  | { kind: 'deleteWhere'; tab: number; n: number }
  | { kind: 'checkpoint' | 'purge' | 'vacuum' | 'reopen' | 'flush'; tab: number }

/** What a collection is, in the plainest words. */
function applyTo(model: Map<PointId, Point>, command: Command): void {
  if (command.kind === 'upsert' || command.kind === 'large') for (const point of command.points) model.set(point.id, point)
  if (command.kind === 'update') {
    for (const id of command.ids) {
      const point = model.get(id)
      if (point) model.set(id, { ...point, payload: { ...point.payload, ...command.payload } })
    }
  }
  if (command.kind === 'delete') for (const id of command.ids) model.delete(id)
  if (command.kind === 'deleteWhere') {
    for (const [id, { payload }] of model) if (payload.n === command.n) model.delete(id)
  }
}

const QUERIES = [
  { vector: Float32Array.of(1, 2, 0), limit: 4 },
  { text: 'cats of the city', limit: 20 },
  { vector: Float32Array.of(0, 0, 3), text: 'dog tax', filter: { n: { $lte: 2 } }, limit: 20 },
]

test.each([
  [1, 20],
  [2, 40],
  [4, 20],
])(
  '%i tabs that write, checkpoint and reopen as they like hold what a Map would hold, and answer as memory does',
  async (count, runs) => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 25 }), async (commands) => {
        const database = `test-${crypto.randomUUID()}`
        const model = new Map<PointId, Point>()
        const tabs: StoredCollection[] = []
        for (let i = 0; i < count; i++) tabs.push(await openStored(database))
        const memory = await openMemoryCollection<Payload>('c', SCHEMA)
        try {
          for (const command of commands) {
            const place = command.tab % count
            const here = tabs[place]!
            applyTo(model, command)
            for (const collection of [here, memory]) {
              if (command.kind === 'upsert' || command.kind === 'large') await collection.upsert(command.points)
              if (command.kind === 'update') await collection.update(command.ids, command.payload)
              if (command.kind === 'delete') await collection.delete(command.ids)
              if (command.kind === 'deleteWhere') await collection.delete({ filter: { n: command.n } })
            }
            if (command.kind === 'checkpoint') await here.checkpoint()
            if (command.kind === 'purge') await here.local.purge()
            if (command.kind === 'vacuum') await here.vacuum()
            if (command.kind === 'flush') await here.flush()
            if (command.kind === 'reopen') {
              await here.close()
              tabs[place] = await openStored(database)
            }
            expect(await collect(tabs[place]!.scroll({ withVector: true, consistency: 'latest' }))).toEqual([...model.values()])
          }
          for (const collection of tabs) {
            for (const query of QUERIES) {
              const consistency = 'latest'
              expect(await collection.query({ ...query, withVector: true }, { consistency })).toEqual(
                await memory.query({ ...query, withVector: true }),
              )
            }
            expect((await collection.status()).dataState).toBe('intact')
          }
        } finally {
          for (const collection of tabs) await collection.close()
          await dropDatabase(database)
        }
      }),
      { numRuns: Number(import.meta.env.VITE_FC_RUNS ?? runs) },
    )
  },
)
