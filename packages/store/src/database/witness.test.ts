import { expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { readTestimony, Witness, witnessKey } from './witness.ts'
import type { WitnessStore } from './world.ts'

const KEY = witnessKey('voisin', 'c')

function open(isThere: () => Promise<boolean> = async () => true) {
  const kept = new Map<string, string>()
  let writes = 0
  const store: WitnessStore = {
    read: async (key) => kept.get(key),
    write: async (key, value) => {
      writes++
      kept.set(key, value)
    },
    remove: async (key) => void kept.delete(key),
  }
  const clock = new ManualClock()
  return { kept, store, clock, writes: () => writes, witness: new Witness(store, clock, KEY, 7, isThere) }
}

test('what was heard is remembered within a second, once however many writes there were', async () => {
  const { store, clock, writes, witness } = open()
  for (let lsn = 1; lsn <= 50; lsn++) witness.heard(lsn)
  expect(await readTestimony(store, KEY)).toBeUndefined()
  await clock.pass(1_000)
  expect(await readTestimony(store, KEY)).toEqual({ number: 7, lsn: 50 })
  expect([writes(), clock.waiting]).toEqual([1, 0])
  witness.heard(51)
  await clock.pass(999)
  expect(await readTestimony(store, KEY)).toEqual({ number: 7, lsn: 50 })
  await clock.pass(1)
  expect(await readTestimony(store, KEY)).toEqual({ number: 7, lsn: 51 })
})

test('it never goes back', async () => {
  const { store, clock, witness } = open()
  witness.heard(9)
  witness.heard(4)
  await clock.pass(1_000)
  witness.heard(5)
  await clock.pass(1_000)
  expect(await readTestimony(store, KEY)).toEqual({ number: 7, lsn: 9 })
})

test('closing remembers at once what was still to be remembered, and nothing where there is nothing', async () => {
  const { store, clock, writes, witness } = open()
  await witness.close()
  expect(writes()).toBe(0)
  witness.heard(3)
  await witness.close()
  expect(await readTestimony(store, KEY)).toEqual({ number: 7, lsn: 3 })
  await clock.pass(5_000)
  expect(writes()).toBe(1)
})

test('a collection that was deleted is not remembered again', async () => {
  const { kept, clock, witness } = open()
  witness.heard(3)
  witness.forget()
  witness.heard(4)
  await clock.pass(5_000)
  await witness.close()
  expect(kept.size).toBe(0)
})

test('a collection that is gone, or cannot be looked for, is not remembered', async () => {
  for (const isThere of [async () => false, async () => Promise.reject(new Error('no'))]) {
    const { kept, clock, witness } = open(isThere)
    witness.heard(3)
    await clock.pass(1_000)
    expect(kept.size).toBe(0)
  }
})

test('what another tab has seen is not taken back; what is remembered of a collection before is', async () => {
  const { kept, store, clock, witness } = open()
  kept.set(KEY, JSON.stringify({ number: 7, lsn: 20 }))
  witness.heard(9)
  await clock.pass(1_000)
  expect(await readTestimony(store, KEY)).toEqual({ number: 7, lsn: 20 })
  kept.set(KEY, JSON.stringify({ number: 6, lsn: 20 }))
  witness.heard(10)
  await clock.pass(1_000)
  expect(await readTestimony(store, KEY)).toEqual({ number: 7, lsn: 10 })
})

test.each([['{'], ['null'], ['7'], ['{"number":1}'], ['{"number":"1","lsn":2}'], ['']])(
  'what says nothing of a collection is nothing: %s',
  async (json) => {
    const { kept, store } = open()
    kept.set(KEY, json)
    expect(await readTestimony(store, KEY)).toBeUndefined()
  },
)
