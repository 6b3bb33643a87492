import type { Collection } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { DIM, operationOf, payloadOf, type Row, stampOf, vectorOf } from '../history/collection-history.ts'
import type { Found } from '../history/history.ts'
import { wordOf } from '../history/random.ts'
import type { Setting } from '../protocol.ts'
import type { PageSubject } from './agent.ts'

/** How many of the points are looked for by the other verbs too. */
const SAMPLE = 8

export async function openCollectionSubject({ seed, shape, durability, worker }: Setting): Promise<PageSubject> {
  const notices: string[] = []
  const collection = await openCollection<Row>('points', {
    dim: DIM,
    database: 'durability',
    durability,
    worker,
    fields: { group: 'number', text: 'text' },
    onNotice: ({ kind, message }) => void notices.push(`${kind}: ${message}`),
  })
  return {
    async write(number) {
      const operation = operationOf(seed, shape, number)
      if (operation.kind === 'upsert') await collection.upsert(operation.ids.map((id) => pointOf(number, id)))
      if (operation.kind === 'update') await collection.update(operation.ids, { touched: number })
      if (operation.kind === 'delete') await collection.delete(operation.ids)
      if (operation.kind === 'deleteGroup') await collection.delete({ filter: { group: operation.group } })
    },
    inspect: () => inspect(collection, notices),
  }
}

function pointOf(number: number, id: number) {
  return { id, vector: vectorOf(number, id), payload: payloadOf(number, id) }
}

async function inspect(collection: Collection<Row>, notices: readonly string[]): Promise<Found> {
  const entries: [string, string][] = []
  const damaged: [string, string][] = []
  const sound: { id: number; op: number }[] = []
  for await (const { id, vector, payload } of collection.scroll({ withVector: true })) {
    entries.push([`${id}`, stampOf(payload.op, payload.touched)])
    const what = faultOf(id as number, payload, vector)
    if (what !== undefined) damaged.push([`${id}`, what])
    else sound.push({ id: id as number, op: payload.op })
  }
  const problems: string[] = []
  const count = await collection.count()
  if (count !== entries.length) problems.push(`count() is ${count}, scroll() gives ${entries.length}`)
  const step = Math.max(1, Math.ceil(sound.length / SAMPLE))
  for (const { id, op } of sound.filter((_, at) => at % step === 0)) problems.push(...(await contradictions(collection, id, op)))
  const { dataState } = await collection.status()
  return { entries, damaged, problems, dataState, notices }
}

/** What is not as write `payload.op` made it. */
function faultOf(id: number, payload: Row, vector: Float32Array | undefined): string | undefined {
  const expected = payloadOf(payload.op, id)
  for (const key of ['row', 'group', 'text'] as const) {
    if (payload[key] !== expected[key]) return `${key} is ${JSON.stringify(payload[key])}, not ${JSON.stringify(expected[key])}`
  }
  if (vector === undefined) return 'no vector'
  const written = vectorOf(payload.op, id)
  const at = written.findIndex((value, i) => value !== vector[i])
  return at === -1 && vector.length === DIM ? undefined : `element ${at} of ${vector.length} is ${vector[at]}, not ${written[at]}`
}

/** A point that is there is found by its id, by its vector and by its words. */
async function contradictions(collection: Collection<Row>, id: number, op: number): Promise<string[]> {
  const [point] = await collection.retrieve([id])
  const [nearest] = await collection.query({ vector: vectorOf(op, id), limit: 1 })
  const word = wordOf(op, id)
  const found = await collection.query({ text: word, limit: 10 })
  return [
    ...(point?.payload.op === op ? [] : [`retrieve([${id}]) gives op ${point?.payload.op}, scroll() ${op}`]),
    ...(nearest?.id === id ? [] : [`the vector of ${id} finds ${nearest?.id}`]),
    ...(found.some((hit) => hit.id === id) ? [] : [`the word "${word}" of ${id} is not found`]),
  ]
}
