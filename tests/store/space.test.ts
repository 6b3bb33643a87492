import type { Collection, Point } from '@voisin/spec'
import { expect, test } from 'vitest'
import { eventually, lookInto, type Note, openTab } from '../support/note-tabs.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

const POINTS = 500
const DIM = 16
const IDS = Array.from({ length: POINTS }, (_, i) => i)
const SOON = { entries: 32, bytes: 512 * 1024 }

// What a fold may leave at most: two manifests in two copies, the blocks of both, and what of the log is not yet folded.
const FEW_BYTES = 4 * 2 ** 20
/** Offsets that may be dead before they are numbered anew, at 4 · dim bytes of vector and some for the rest. */
const DEAD_BYTES = (2 * POINTS + 65_536) * (4 * DIM + 128)

const padding = 'so that a copy that is kept for ever is seen. '.repeat(4)
const pointsOf = (round: number, ids = IDS): Point<Note>[] =>
  ids.map((id) => ({
    id,
    vector: Float32Array.from({ length: DIM }, (_, i) => Math.sin(id * 7 + i + round)),
    payload: { text: `note ${id} ${padding}`, seen: round },
  }))

type Verb = (notes: Collection<Note>, round: number) => Promise<unknown>

// Each leaves, after every round, all points there and at least the first with `seen: round`.
const VERBS: readonly (readonly [name: string, rounds: number, replaces: boolean, verb: Verb])[] = [
  ['updates of every point', 400, false, (notes, round) => notes.update(IDS, { seen: round })],
  ['updates of one point', 400, false, (notes, round) => notes.update([0], { seen: round })],
  [
    'updates that grow and shrink a payload',
    100,
    false,
    (notes, round) => notes.update(IDS, { seen: round, owner: 'o'.repeat(round % 2 === 0 ? 500 : 1) }),
  ],
  ['upserts of every point', 100, true, (notes, round) => notes.upsert(pointsOf(round))],
  ['upserts of one point', 400, true, (notes, round) => notes.upsert(pointsOf(round, [0]))],
  [
    'writes that replace, update and delete',
    100,
    true,
    (notes, round) =>
      notes.write({
        upsert: pointsOf(round, IDS.slice(0, 100)),
        update: [{ ids: IDS, payload: { seen: round } }],
        delete: ['nobody'],
      }),
  ],
  [
    'deletions of every point and insertions',
    50,
    true,
    async (notes, round) => {
      await notes.delete({ filter: {} })
      await notes.upsert(pointsOf(round))
    },
  ],
]

test.each(VERBS)('%s leave memory and disk as they were', async (_, rounds, replaces, verb) => {
  const database = tempDatabase()
  const stored = storedRecords(database)
  const options = { dim: DIM, checkpointAfter: SOON }
  const { notes } = await openTab(database, options)
  await notes.upsert(pointsOf(0))
  for (let round = 1; round <= 5; round++) await verb(notes, round)
  const { memoryBytes: before } = await notes.status()
  const kept = 1.25 * before + 256 * 1024
  for (let round = 6; round <= rounds; round++) await verb(notes, round)

  expect((await notes.status()).memoryBytes).toBeLessThan(kept + (replaces ? DEAD_BYTES : 0))
  await eventually(async () => {
    const { lsn, checkpointLsn } = await notes.status()
    expect(lsn - checkpointLsn).toBeLessThanOrEqual(SOON.entries)
    expect(await stored.bytes()).toBeLessThan(FEW_BYTES)
  })
  await notes.vacuum()
  expect((await notes.status()).memoryBytes).toBeLessThan(kept)
  expect(await stored.bytes()).toBeLessThan(FEW_BYTES)
  await notes.close()

  const { points, dataState, notices } = await lookInto(database, options)
  expect([dataState, notices]).toEqual(['intact', []])
  expect(points).toHaveLength(POINTS)
  expect(points.find(({ id }) => id === 0)!.payload.seen).toBe(rounds)
})

test('what is added and removed again leaves the disk as it was, each time', async () => {
  const database = tempDatabase()
  const stored = storedRecords(database)
  const { notes } = await openTab(database)
  const empty = await stored.bytes()
  for (let cycle = 0; cycle < 3; cycle++) {
    const text = String.fromCharCode(97 + cycle).repeat(10_000)
    for (let i = 0; i < 8; i++) {
      await notes.upsert(
        Array.from({ length: 50 }, (_, j) => ({ id: i * 50 + j, vector: Float32Array.of(j, 1, 0), payload: { text } })),
      )
    }
    expect(await stored.bytes()).toBeGreaterThan(empty + 4e6)
    await (cycle === 1 ? notes.delete(Array.from({ length: 400 }, (_, id) => id)) : notes.delete({ filter: { text } }))
    expect(await notes.count()).toBe(0)
    // Nobody asks for it: upkeep comes by itself after a deletion.
    await eventually(async () => expect(await stored.bytes()).toBeLessThan(empty + 2 ** 20))
  }
})

test('a large write that was replaced by another gives its space back', async () => {
  const database = tempDatabase()
  const stored = storedRecords(database)
  const { notes } = await openTab(database, { checkpointAfter: SOON })
  for (let round = 0; round < 8; round++) {
    const text = String.fromCharCode(97 + round).repeat(100_000)
    await notes.upsert(Array.from({ length: 20 }, (_, id) => ({ id, vector: Float32Array.of(id, 1, 0), payload: { text } })))
  }
  // Of eight times two megabytes: two, and at most as much again in the manifest before.
  await notes.vacuum()
  expect(await stored.bytes()).toBeLessThan(2e6 + FEW_BYTES)
  expect(await notes.count({ text: 'h'.repeat(100_000) })).toBe(20)
})
