import { isVoisinError, type Notice, type Payload } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type OpenCollectionOptions, openCollection } from '../open-collection.ts'
import { flipped, tempDatabase, underneath } from '../testing/open-stored.ts'

const note = (id: number) => ({ id, vector: Float32Array.of(id, 1, 0), payload: { text: `note ${id}` } })

async function openHere(options: Partial<OpenCollectionOptions<Payload>> = {}) {
  const workers: Worker[] = []
  const database = options.database ?? tempDatabase(onTestFinished)
  const collection = await openCollection<Payload>('c', {
    dim: 3,
    metric: 'l2',
    fields: { text: 'text' },
    worker: () => {
      const worker = new Worker(new URL('../voisin-store-worker.ts', import.meta.url), { type: 'module' })
      workers.push(worker)
      return worker
    },
    ...options,
    database,
  } as OpenCollectionOptions<Payload>)
  onTestFinished(() => collection.close())
  return { collection, workers, database }
}

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => expect.fail('it did not reject'),
    (cause: unknown) => cause,
  )
  if (!isVoisinError(error)) throw error
  return error
}

test('after its worker died a collection answers from the log, in a new worker', async () => {
  const { collection, workers } = await openHere()
  await collection.upsert([note(1), note(2)])
  workers[0]!.terminate()
  expect(await collection.count()).toBe(2)
  expect(await collection.upsert([note(3)])).toEqual({ lsn: 2 })
  expect((await collection.query({ vector: Float32Array.of(3, 1, 0), limit: 1 }))[0]).toMatchObject({ id: 3 })
  expect(workers).toHaveLength(2)
})

test('a write that its worker died under says that nobody knows, and can be made again', async () => {
  const { collection, workers } = await openHere()
  await collection.upsert([note(1)])
  const writing = failure(collection.upsert([note(2)]))
  workers[0]!.terminate()
  expect(await writing).toMatchObject({ code: 'worker-failed', dataState: 'unknown', retryable: true })
  await collection.upsert([note(2)])
  expect(await collection.count()).toBe(2)
})

test('a query that its worker died under is asked again', async () => {
  const { collection, workers } = await openHere()
  await collection.upsert([note(1)])
  const asking = collection.query({ text: 'note' })
  workers[0]!.terminate()
  expect((await asking).map(({ id }) => id)).toEqual([1])
})

test('closing does not wait for a worker that is gone', async () => {
  const { collection, workers } = await openHere()
  workers[0]!.terminate()
  await collection.close()
  expect((await failure(collection.count())).code).toBe('closed')
})

test('notices cross from the worker, also from the one that replaces it', async () => {
  const { collection, database } = await openHere()
  await collection.upsert([note(1)])
  await collection.upsert([note(2)])
  await collection.close()
  await damageLast(database)
  const notices: Notice[] = []
  let heard: () => void = () => {}
  const twice = new Promise<void>((resolve) => {
    heard = () => {
      if (notices.length === 2) resolve()
    }
  })
  const again = await openHere({
    database,
    onNotice: (notice) => {
      notices.push(notice)
      heard()
    },
  })
  expect(await again.collection.count()).toBe(1)
  again.workers[0]!.terminate()
  expect(await again.collection.count()).toBe(1)
  await twice
  expect(notices.map(({ kind }) => kind)).toEqual(['data-loss', 'data-loss'])
  expect((await again.collection.status()).dataState).toBe('partial')
})

test('upkeep rests while the page is put aside, and goes on when it is back', async () => {
  const { collection } = await openHere({ checkpointAfter: { entries: 1 } })
  window.dispatchEvent(new PageTransitionEvent('pagehide'))
  for (let id = 0; id < 5; id++) await collection.upsert([note(id)])
  expect(await collection.status()).toMatchObject({ lsn: 5, checkpointLsn: 0 })
  window.dispatchEvent(new PageTransitionEvent('pageshow'))
  await vi.waitFor(async () => expect((await collection.status()).checkpointLsn).toBe(5))
})

test('a closed collection ends its worker only where it was the last one in it', async () => {
  const database = tempDatabase(onTestFinished)
  const workers: Worker[] = []
  const worker = () => {
    workers.push(new Worker(new URL('../voisin-store-worker.ts', import.meta.url), { type: 'module' }))
    return workers.at(-1)!
  }
  const open = (name: string) => openCollection<Payload>(name, { dim: 3, metric: 'l2', worker, database })
  const [one, two] = [await open('c'), await open('d')]
  await one.upsert([note(1)])
  await one.close()
  await two.upsert([note(2)])
  expect(await two.count()).toBe(1)
  expect(workers).toHaveLength(1)
  // A worker that died took both along; the next call brings back those that are open.
  workers[0]!.terminate()
  expect(await two.count()).toBe(1)
  expect((await failure(one.count())).code).toBe('closed')
  await two.close()
  const three = await open('c')
  expect(await three.count()).toBe(1)
  await three.close()
})

test('queries that were given up before their turn are not done, and end with their reason', async () => {
  const { collection } = await openHere()
  await collection.upsert([note(1), note(2)])
  const reason = new Error('enough')
  const controller = new AbortController()
  const asking = Array.from({ length: 20 }, () => collection.query({ text: 'note' }, { signal: controller.signal }))
  const outcomes = Promise.allSettled(asking)
  controller.abort(reason)
  expect(await collection.query({ text: 'note' })).toHaveLength(2)
  for (const outcome of await outcomes) expect(outcome).toEqual({ status: 'rejected', reason })
})

test('opening ends with the signal’s reason, and with the worker’s own error', async () => {
  const reason = new Error('enough')
  const controller = new AbortController()
  const opening = openHere({ signal: controller.signal })
  controller.abort(reason)
  await expect(opening).rejects.toBe(reason)
  const { database } = await openHere()
  expect((await failure(openHere({ database, dim: 4 }))).code).toBe('dimension-mismatch')
  expect((await failure(openHere({ database, metric: 'dot' }))).code).toBe('invalid-argument')
  const gone = () => new Worker('data:text/javascript,throw new Error("no")')
  expect((await failure(openHere({ worker: gone }))).code).toBe('worker-failed')
})

test('what is wrong with a schema is said before anything is started or stored', async () => {
  for (const schema of [
    { dim: 0 },
    { dim: 1.5 },
    { dim: 4097 },
    { metric: 'cos' },
    { fields: { a: 'blob' } },
    { durability: 'none' },
  ]) {
    const workers: string[] = []
    const options = { worker: () => expect.fail(`a worker was started: ${workers}`), ...schema } as never
    expect((await failure(openHere(options))).code).toBe('invalid-argument')
  }
  expect((await failure(openCollection('', { dim: 3 }))).code).toBe('invalid-argument')
})

async function damageLast(database: string): Promise<void> {
  await underneath(database, async (records) => {
    const last = (await records.keys('entries')).at(-1)!
    await records.put('entries', last, flipped(await records.get('entries', last), 40))
  })
}
