// Runs in the browser that is killed. The harness calls these functions and hears `acknowledge`.
import { openCollection } from '@voisin/store'
import { BATCH_POINTS, DIM, idsOf, queryVector, vectorOf } from './points.ts'

type Row = { row: number }
type Ranking = { id: number; score: number }[]

declare global {
  var acknowledge: (batch: number) => Promise<void>
  var durability: typeof page
}

const open = () => openCollection<Row>('durability', { dim: DIM, database: 'durability' })

const points = (batch: number) => idsOf(batch).map((id) => ({ id, vector: vectorOf(id), payload: { row: id } }))

async function write(batches: readonly number[]): Promise<void> {
  const collection = await open()
  for (const batch of batches) {
    await collection.upsert(points(batch))
    await acknowledge(batch)
  }
  await collection.close()
}

/** The negative control: says that a batch is safe before it has even been asked for. */
async function writeAndLie(batches: readonly number[]): Promise<void> {
  const collection = await open()
  for (const batch of batches) {
    await acknowledge(batch)
    await collection.upsert(points(batch))
  }
  await collection.close()
}

/** How many points of each batch are there, whole and as they were written. */
async function inspect(batches: readonly number[]): Promise<number[]> {
  const collection = await open()
  const counts: number[] = []
  for (const batch of batches) {
    const found = await collection.retrieve(idsOf(batch), { withVector: true })
    counts.push(found.filter((point) => point !== undefined && isAsWritten(point)).length)
  }
  await collection.close()
  return counts
}

function isAsWritten(point: { id: string | number; vector?: Float32Array; payload: Row }): boolean {
  const expected = vectorOf(point.id as number)
  return (
    point.payload.row === point.id && point.vector?.length === DIM && expected.every((value, i) => value === point.vector?.[i])
  )
}

/** Ids and scores of the `k` nearest to each of `count` queries, by the reopened collection. */
async function search(count: number, k: number): Promise<Ranking[]> {
  const collection = await open()
  const rankings: Ranking[] = []
  for (let number = 0; number < count; number++) {
    const hits = await collection.query({ vector: queryVector(number), limit: k })
    rankings.push(hits.map(({ id, score }) => ({ id: id as number, score })))
  }
  await collection.close()
  return rankings
}

const page = { write, writeAndLie, inspect, search, BATCH_POINTS }
globalThis.durability = page
