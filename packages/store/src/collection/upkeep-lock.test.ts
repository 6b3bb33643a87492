import { expect, test } from 'vitest'
import type { Locks } from '../database/world.ts'
import { ManualClock, settled } from '../testing/manual-clock.ts'
import { UpkeepLock } from './upkeep-lock.ts'

/** As a browser's: the lock belongs to the last who has taken it. */
function fakeLocks(): Locks {
  const holders = new Map<string, symbol>()
  return {
    async hold(name, how, work) {
      if (how === 'if-free' && holders.has(name)) return await work(false)
      const holder = Symbol(name)
      holders.set(name, holder)
      try {
        return await work(true)
      } finally {
        if (holders.get(name) === holder) holders.delete(name)
      }
    },
  }
}

/** Tabs with one database; `say` decides which tab hears. */
function openTabs(count: number) {
  const clock = new ManualClock()
  const locks = fakeLocks()
  const frozen = new Set<number>()
  const tabs: UpkeepLock[] = []
  for (let i = 0; i < count; i++) {
    const post = (message: unknown) => {
      tabs.forEach((tab, other) => {
        if (other !== i && !frozen.has(other)) void Promise.resolve().then(() => tab.hear(message))
      })
    }
    tabs.push(new UpkeepLock('voisin', locks, clock, { post }))
  }
  return { clock, tabs, freeze: (tab: number) => void frozen.add(tab) }
}

/** Work that holds the lock until it is told to end. */
function holding(tab: UpkeepLock) {
  let letGo: () => void = () => {}
  const ending = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const taken = tab.take(() => ending)
  return { taken, letGo: () => letGo() }
}

test('what another tab has is not waited for', async () => {
  const { tabs } = openTabs(2)
  const [a, b] = tabs as [UpkeepLock, UpkeepLock]
  const order: string[] = []
  const wasFree = await a.take(async () => {
    order.push('a begins')
    expect(await b.take(async () => void order.push('b'))).toBe(false)
    order.push('a ends')
  })
  expect(wasFree).toBe(true)
  expect(await b.take(async () => void order.push('b'))).toBe(true)
  expect(order).toEqual(['a begins', 'a ends', 'b'])
})

test('collections of one tab share what it holds', async () => {
  const { tabs } = openTabs(2)
  const [a, b] = tabs as [UpkeepLock, UpkeepLock]
  const order: string[] = []
  await a.take(async () => {
    expect(await a.take(async () => void order.push('another collection'))).toBe(true)
    expect(await b.take(async () => void order.push('another tab'))).toBe(false)
  })
  expect(order).toEqual(['another collection'])
})

test('work that fails lets go, and says why', async () => {
  const { tabs } = openTabs(2)
  const [a, b] = tabs as [UpkeepLock, UpkeepLock]
  const reason = new Error('no')
  await expect(
    a.take(async () => {
      throw reason
    }),
  ).rejects.toBe(reason)
  expect(await b.take(async () => {})).toBe(true)
})

test('a holder that does not answer loses it, but only after it was refused for long', async () => {
  const { clock, tabs, freeze } = openTabs(2)
  const [stuck, b] = tabs as [UpkeepLock, UpkeepLock]
  const held = holding(stuck)
  freeze(0)
  const ran: string[] = []
  const tryIt = () => b.take(async () => void ran.push(`at ${clock.now()}`))
  expect(await tryIt()).toBe(false)
  await clock.pass(9_000)
  expect(await tryIt()).toBe(false)
  await clock.pass(2_000)
  const third = tryIt()
  await settled()
  expect(ran).toEqual([])
  await clock.pass(3_000)
  expect(await third).toBe(true)
  expect(ran).toEqual(['at 14000'])
  held.letGo()
  await held.taken
  expect(await tryIt()).toBe(true)
})

test('a holder that answers keeps it, however long its work takes', async () => {
  const { clock, tabs } = openTabs(2)
  const [busy, b] = tabs as [UpkeepLock, UpkeepLock]
  const held = holding(busy)
  for (let second = 0; second < 60; second += 3) {
    const trying = b.take(async () => expect.fail('it was taken from a healthy holder'))
    await clock.pass(3_000)
    expect(await trying).toBe(false)
  }
  held.letGo()
  expect(await held.taken).toBe(true)
  const last = b.take(async () => {})
  await clock.pass(3_000)
  expect(await last).toBe(true)
})

test('only the holder answers', async () => {
  const { clock, tabs, freeze } = openTabs(3)
  const [stuck, b] = tabs as [UpkeepLock, UpkeepLock]
  const held = holding(stuck)
  freeze(0)
  await b.take(async () => {})
  await clock.pass(11_000)
  const trying = b.take(async () => {})
  await clock.pass(3_000)
  expect(await trying).toBe(true)
  held.letGo()
  await held.taken
})

test('messages that mean nothing are passed over', async () => {
  const { tabs } = openTabs(1)
  for (const message of [{ type: 'something' }, { type: 'upkeep-here' }, { type: 'upkeep-ask' }]) tabs[0]!.hear(message)
  expect(await tabs[0]!.take(async () => {})).toBe(true)
})

test('collections that ask for one holder at the same time share its answer', async () => {
  const { clock, tabs } = openTabs(2)
  const [a, b] = tabs as [UpkeepLock, UpkeepLock]
  const { taken, letGo } = holding(a)
  expect(await b.take(async () => {})).toBe(false)
  await clock.pass(11_000)
  const asking = [b.take(async () => {}), b.take(async () => {}), b.take(async () => {})]
  await settled()
  await clock.pass(5_000)
  expect(await Promise.all(asking)).toEqual([false, false, false])
  letGo()
  expect(await taken).toBe(true)
})
