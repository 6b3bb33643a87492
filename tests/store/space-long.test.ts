import { expect, test } from 'vitest'
import { eventually, lookInto, openTab } from '../support/note-tabs.ts'
import { watchWrites } from '../support/storage-ledger.ts'
import { storedRecords } from '../support/stored-records.ts'
import { tempDatabase } from '../support/temp-database.ts'

// The trials in their full size, for minutes: only where VOISIN_LONG asks for them (vitest.config.ts).
const MINUTES = 60_000
const POINTS = 7_000
const DIM = 384
const IDS = Array.from({ length: POINTS }, (_, i) => i)
/** Bytes of the vectors, the payloads and the ids of all points, about. */
const LIVE_BYTES = POINTS * (4 * DIM + 40)

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

function batch(round: number) {
  const data = new Float32Array(POINTS * DIM)
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * 0.37 + round)
  return {
    ids: IDS,
    vectors: { data, count: POINTS, dim: DIM },
    payloads: IDS.map((id) => ({ text: `note ${id}`, seen: round })),
  }
}

test(
  '2,000 updates of 7,000 points, then 60 upserts of each, leave memory and disk as they were',
  async () => {
    const database = tempDatabase()
    const stored = storedRecords(database)
    const ledger = watchWrites(database)
    const { notes } = await openTab(database, { dim: DIM, checkpointAfter: {} })
    await notes.upsert(batch(0))
    await notes.vacuum()
    const { memoryBytes } = await notes.status()
    const settledBytes = await stored.bytes()
    const fewBytes = 2 * settledBytes + 24 * 2 ** 20

    ledger.clear()
    for (let round = 1; round <= 2_000; round++) {
      await notes.update(IDS, { seen: round })
      if (round % 100 === 0) {
        expect((await notes.status()).memoryBytes, `after ${round} updates`).toBeLessThan(1.5 * memoryBytes)
        await eventually(async () => expect(await stored.bytes(), `after ${round} updates`).toBeLessThan(fewBytes))
      }
    }
    // What changed: a payload of some twenty-five bytes and an id for each point.
    const changedByUpdates = 2_000 * POINTS * 33
    expect(ledger.bytes).toBeLessThan(8 * changedByUpdates)

    const bytesForUpdates = ledger.bytes
    ledger.clear()
    for (let round = 1; round <= 60; round++) {
      await notes.upsert(batch(2_000 + round))
      const dead = (2 * POINTS + 65_536) * (4 * DIM + 128)
      expect((await notes.status()).memoryBytes, `after ${round} upserts`).toBeLessThan(1.5 * memoryBytes + dead)
      await eventually(async () => expect(await stored.bytes(), `after ${round} upserts`).toBeLessThan(fewBytes + 3 * LIVE_BYTES))
    }
    expect(ledger.bytes).toBeLessThan(8 * 60 * LIVE_BYTES)

    // Nobody asks for it: upkeep comes by itself when the writes have ended.
    const ended = performance.now()
    await eventually(async () => {
      expect((await notes.status()).memoryBytes).toBeLessThan(1.3 * memoryBytes)
      expect(await stored.bytes()).toBeLessThan(1.3 * settledBytes)
    })
    console.log(
      `after ${Math.round((performance.now() - ended) / 1_000)} s: memory ${megabytes(memoryBytes)} then, ${megabytes((await notes.status()).memoryBytes)} now;`,
      `records ${megabytes(settledBytes)} then, ${megabytes(await stored.bytes())} now;`,
      `written ${megabytes(bytesForUpdates)} for ${megabytes(changedByUpdates)} updated, ${megabytes(ledger.bytes)} for ${megabytes(60 * LIVE_BYTES)} upserted`,
    )
    await notes.close()
    const { points, dataState } = await lookInto(database, { dim: DIM })
    expect([points.length, dataState]).toEqual([POINTS, 'intact'])
    expect(points.every(({ payload }) => payload.seen === 2_060)).toBe(true)
  },
  30 * MINUTES,
)

test(
  '100 MB added and removed three times leave the disk as it was',
  async () => {
    const database = tempDatabase()
    const stored = storedRecords(database)
    const { notes } = await openTab(database, { checkpointAfter: {} })
    const empty = await stored.bytes()
    for (let cycle = 0; cycle < 3; cycle++) {
      const text = String.fromCharCode(97 + cycle).repeat(100_000)
      for (let i = 0; i < 100; i++) {
        await notes.upsert(
          Array.from({ length: 10 }, (_, j) => ({ id: i * 10 + j, vector: Float32Array.of(i, j, 1), payload: { text } })),
        )
      }
      expect(await stored.bytes()).toBeGreaterThan(empty + 95e6)
      await notes.delete({ filter: { text } })
      await eventually(async () => expect(await stored.bytes()).toBeLessThan(empty + 2 * 2 ** 20))
      console.log(`records ${megabytes(empty)} at first, ${megabytes(await stored.bytes())} after 100 MB were removed`)
    }
  },
  20 * MINUTES,
)
