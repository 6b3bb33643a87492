import { expect, onTestFinished, test } from 'vitest'
import { browserWorld } from './browser-world.ts'
import { TabLife } from './tab-life.ts'
import type { Locks } from './world.ts'

const lives = (locks: Locks = browserWorld.locks) => {
  const database = `test-${crypto.randomUUID()}`
  return (tab: number) => {
    const life = new TabLife(locks, database, 'unsafe', tab)
    onTestFinished(() => life.end())
    return life
  }
}

test('a tab is alive from when it has begun until it ends', async () => {
  const life = lives()
  const [one, other] = [life(1), life(2)]
  expect(await other.isAlive(1)).toBe(false)
  await one.begin()
  expect(await other.isAlive(1)).toBe(true)
  one.end()
  await expect.poll(() => other.isAlive(1)).toBe(false)
})

test('a tab that begins while another one looks is alive, and the other one is told something', async () => {
  const life = lives()
  const [one, other] = [life(1), life(2)]
  for (let i = 0; i < 50; i++) {
    const looking = other.isAlive(1)
    const beginning = one.begin()
    expect(typeof (await looking)).toBe('boolean')
    await beginning
    expect(await other.isAlive(1)).toBe(true)
  }
})

test('it has not begun before others can see it', async () => {
  let grant = () => {}
  const granted = new Promise<void>((resolve) => {
    grant = resolve
  })
  const slow: Locks = { hold: async (name, how, work) => granted.then(() => browserWorld.locks.hold(name, how, work)) }
  let hasBegun = false
  const beginning = lives(slow)(1)
    .begin()
    .then(() => {
      hasBegun = true
    })
  await browserWorld.clock.yield()
  expect(hasBegun).toBe(false)
  grant()
  await beginning
})

test('where no lock can be had it goes on without', async () => {
  await lives({ hold: () => Promise.reject(new Error('none here')) })(1).begin()
})
