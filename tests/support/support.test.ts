import { expect, onTestFinished, test } from 'vitest'
import { flipped } from './damages.ts'
import { failReads } from './failing-reads.ts'
import { holdWrites } from './held-transaction.ts'
import { limitMemory } from './memory-limit.ts'
import { placesOf, witnessText } from './page-storage.ts'
import { sealed } from './sealed.ts'
import { watchWrites } from './storage-ledger.ts'
import { settled, storedRecords, withDatabase } from './stored-records.ts'
import { tempDatabase } from './temp-database.ts'

// What the tests of the store lean on has to see what is there, or they would pass over nothing.

/** A database with three records, one object store of which is `entries`. */
async function threeRecords(): Promise<string> {
  const name = tempDatabase()
  const opening = indexedDB.open(name, 1)
  opening.onupgradeneeded = () => {
    for (const store of ['entries', 'meta']) opening.result.createObjectStore(store)
  }
  const database = await settled(opening)
  const objects = database.transaction(['entries'], 'readwrite').objectStore('entries')
  for (const lsn of [1, 2, 3]) await settled(objects.put(new TextEncoder().encode(`record ${lsn}`), [7, lsn]))
  database.close()
  return name
}

const readAll = (name: string) =>
  withDatabase(name, (database) => settled(database.transaction(['entries']).objectStore('entries').getAll()))

test('records are listed, read, changed, deleted and searched', async () => {
  const stored = storedRecords(await threeRecords())
  expect(await stored.keys('entries')).toEqual([1, 2, 3].map((lsn) => [7, lsn]))
  expect(await stored.keys('entries', 8)).toEqual([])
  expect(await stored.bytes()).toBe(24)
  await stored.change('entries', [7, 1], (record) => flipped(record, -1))
  expect((await stored.get('entries', [7, 1]))[7]).toBe('1'.charCodeAt(0) ^ 0x80)
  await stored.delete('entries', [7, 2])
  expect(await stored.holding('record')).toEqual(['entries [7,1]', 'entries [7,3]'])
  await expect(stored.get('entries', [7, 2])).rejects.toThrow('No bytes')
})

test.each<[string, (text: string) => Uint8Array]>([
  ['UTF-8', (text) => new TextEncoder().encode(text)],
  ['UTF-16', (text) => new Uint8Array(Uint16Array.from(text, (_, i) => text.charCodeAt(i)).buffer)],
])('a text in %s is found in every storage of a page', async (_, encode) => {
  const text = `find-${crypto.randomUUID()}é`
  expect(await placesOf(text)).toEqual([])
  const database = await threeRecords()
  await storedRecords(database).put('entries', [7, 4], Uint8Array.of(9, ...encode(text), 9))
  const cache = await caches.open(text)
  await cache.put('/witness', new Response(encode(text).slice()))
  const witness = await witnessText('/witness')
  await cache.put('/witness', new Response('other'))
  expect(await witnessText('/witness')).not.toBe(witness)
  await cache.put('/witness', new Response(encode(text).slice()))
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle('folder', { create: true })
  const writer = await (await folder.getFileHandle('file', { create: true })).createWritable()
  await writer.write(encode(text).slice())
  await writer.close()
  localStorage.setItem('key', text)
  onTestFinished(async () => {
    localStorage.removeItem('key')
    await caches.delete(text)
    await root.removeEntry('folder', { recursive: true })
  })
  const places = (await placesOf(text)).map((place) =>
    place.split(' ').find((word) => /entries|cache|file|localStorage/.test(word)),
  )
  expect(places).toEqual(['entries', 'cache', 'file', 'localStorage'])
})

test('a checksum is made as xxHash32 has it', () => {
  // XXH32 of this text, seed 0, is 0xe2293b2f; the checksum of an entry of version 1 that holds it was computed elsewhere.
  const content = new TextEncoder().encode('Nobody inspects the spammish repetition')
  const record = sealed(Uint8Array.of(0x56, 0x4f, 0x53, 0x4e, 1, 1, ...new Array(10).fill(0), ...content))
  const view = new DataView(record.buffer)
  expect([view.getUint32(8, true), view.getUint32(12, true)]).toEqual([39, 0xdcfa192c])
  expect(sealed(record)).toEqual(record)
})

test('reads fail as often as they should, take their transaction along, and heal', async () => {
  const name = await threeRecords()
  const stored = storedRecords(name)
  const fault = failReads({ database: name, which: (store, key) => store === 'entries' && key[1] === 2, times: 3 })
  expect(await stored.get('entries', [7, 1])).toHaveLength(8)
  await expect(stored.get('entries', [7, 2])).rejects.toMatchObject({ name: 'UnknownError' })
  await expect(readAll(name)).rejects.toMatchObject({ name: 'UnknownError' })
  const fate = withDatabase(name, (database) => {
    const transaction = database.transaction(['entries'], 'readwrite')
    transaction.objectStore('entries').delete([7, 3])
    transaction.objectStore('entries').get([7, 2])
    return new Promise<string>((resolve) => {
      transaction.onabort = () => resolve('aborted')
      transaction.oncomplete = () => resolve('complete')
    })
  })
  expect(await fate).toBe('aborted')
  expect(fault.count).toBe(3)
  expect(await readAll(name)).toHaveLength(3)
})

test('writes wait while they are held, and are noted', async () => {
  const name = await threeRecords()
  const ledger = watchWrites(name)
  const held = await holdWrites(name)
  const order: string[] = []
  const writing = storedRecords(name)
    .put('entries', [7, 9], new Uint8Array(5))
    .then(() => order.push('written'))
  order.push('let go')
  await held.release()
  await writing
  expect(order).toEqual(['let go', 'written'])
  expect(ledger.written).toEqual([{ store: 'entries', key: [7, 9], bytes: 5, isStrict: false, isCommitted: true }])
})

test('memories grow no further than the limit', () => {
  const memory = limitMemory()
  const one = new WebAssembly.Memory({ initial: 2 })
  memory.set(3 * 65_536)
  one.grow(1)
  expect(() => one.grow(1)).toThrow(RangeError)
  expect(() => new WebAssembly.Memory({ initial: 4 })).toThrow(RangeError)
  expect(memory.largest).toBe(3 * 65_536)
})
