import { expect, test } from 'vitest'
import { Bench, ENTRIES, record } from './bench.ts'
import { rot } from './bit-rot.ts'
import { SeededRandom } from './seeded-random.ts'
import { NO_FAULTS } from './simulated-faults.ts'

test('locks: one holder, none after a crash, and whoever was stolen from lets go of nothing', async () => {
  const bench = new Bench(1)
  const [a, b, c] = [bench.tab(), bench.tab(), bench.tab()]
  const never = new Promise<never>(() => {})
  void a.world.locks.hold('upkeep', 'if-free', () => never)
  await bench.machine.time.pass(10)
  const tries = (tab: typeof a, how: 'if-free' | 'steal') =>
    bench.of(tab.world.locks.hold('upkeep', how, async (isHeld) => isHeld))
  expect(await tries(b, 'if-free')).toBe(false)
  a.life.state = 'frozen'
  expect(await tries(b, 'if-free')).toBe(false)
  a.life.state = 'running'
  let letGo = () => {}
  void b.world.locks.hold('upkeep', 'steal', () => new Promise<void>((resolve) => (letGo = resolve)))
  await bench.machine.time.pass(10)
  bench.machine.crash(a.life)
  expect(await tries(c, 'if-free')).toBe(false)
  letGo()
  await bench.machine.time.pass(10)
  expect(await tries(c, 'if-free')).toBe(true)
})

test('messages reach the others, may come twice or never, and wait for a frozen tab', async () => {
  const bench = new Bench(1)
  const [a, b, c] = [bench.tab(), bench.tab(), bench.tab()]
  const heard: string[] = []
  const channel = a.world.openChannel('d', () => heard.push('a'))
  b.world.openChannel('d', () => heard.push('b'))
  c.world.openChannel('other', () => heard.push('c'))
  channel.post({ lsn: 1 })
  await bench.machine.time.pass(10)
  expect(heard).toEqual(['b'])
  bench.machine.faults = { ...NO_FAULTS, repeatedMessage: 1 }
  b.life.state = 'frozen'
  channel.post({ lsn: 2 })
  await bench.machine.time.pass(10)
  expect(heard).toEqual(['b'])
  b.life.state = 'running'
  await bench.machine.time.pass(10)
  expect(heard).toEqual(['b', 'b', 'b'])
  bench.machine.faults = { ...NO_FAULTS, lostMessage: 1 }
  channel.post({ lsn: 3 })
  await bench.machine.time.pass(10)
  expect(heard).toHaveLength(3)
})

test('rot changes exactly what it says', async () => {
  const random = new SeededRandom(3)
  const done = new Set<string>()
  for (let i = 0; i < 60; i++) {
    const bench = new Bench(i)
    const { storage } = await bench.storage()
    for (const lsn of [1, 2, 3]) {
      await bench.of(storage.write(ENTRIES, 'strict', (transaction) => transaction.add('entries', [1, lsn], record(10, lsn))))
    }
    const before = bench.machine.disk('d').dump()
    const what = rot(bench.machine.disk('d'), random).split(' ')[0]!
    done.add(what)
    const after = bench.machine.disk('d').dump()
    const changed = before.filter(({ key, record }) => after.find((item) => item.key === key)?.record.bytes !== record.bytes)
    expect(changed).toHaveLength(what === 'swapped' ? 2 : 1)
  }
  expect([...done].sort()).toEqual(['copied', 'deleted', 'flipped', 'swapped'])
})
