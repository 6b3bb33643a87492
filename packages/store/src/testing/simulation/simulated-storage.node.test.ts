import { expect, test } from 'vitest'
import type { Storage } from '../../database/storage.ts'
import { adding, Bench, ENTRIES, record } from './bench.ts'
import { NO_FAULTS } from './simulated-faults.ts'
import { simulatedWorld } from './simulated-world.ts'
import { compareKeys } from './sorted-records.ts'

test("keys stand in IndexedDB's order", () => {
  const keys = [[1], [1, -1], [1, 2], [1, 2, 0], [1, 10], [1, 'a'], [1, []], [2], ['a'], ['a', 1], ['b']] as never[]
  expect([...keys].reverse().sort(compareKeys)).toEqual(keys)
  expect(['b', 7, [0], 'a', 3].sort(compareKeys as never)).toEqual([3, 7, 'a', 'b', [0]])
})

test('writers of all tabs take turns in the order they came; what throws leaves nothing', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const bench = new Bench(seed)
    const [a, b] = [(await bench.storage()).storage, (await bench.storage()).storage]
    const seen: string[] = []
    const writing = (storage: Storage, name: string) =>
      storage.write(ENTRIES, 'strict', async (transaction) => {
        seen.push(`${name} begins`)
        const last = await transaction.lastKey('entries', { prefix: [1] })
        await transaction.add('entries', [1, ((last?.[1] as number) ?? 0) + 1], record(10))
        seen.push(`${name} ends`)
        if (name === 'b') throw new RangeError('no')
      })
    const [first, second, third] = [writing(a, 'a'), writing(b, 'b'), writing(a, 'c')]
    second.catch(() => {})
    await bench.of(Promise.all([first, third]))
    await expect(bench.of(second)).rejects.toThrow(RangeError)
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    expect(bench.keys()).toEqual([
      [1, 1],
      [1, 2],
    ])
  }
})

test('a frozen tab with an open transaction keeps others waiting until their deadline, and its own goes on when it thaws', async () => {
  const bench = new Bench(1)
  const a = await bench.storage()
  const b = await bench.storage()
  const frozen = a.storage.write(ENTRIES, 'strict', async (transaction) => {
    a.life.state = 'frozen'
    await adding(1)(transaction)
  })
  const late = b.storage.write(ENTRIES, 'strict', adding(2), { endBy: 500 })
  await expect(bench.of(late)).rejects.toMatchObject({ code: 'deadline-exceeded', dataState: 'intact' })
  expect(bench.keys()).toEqual([])
  a.life.state = 'running'
  await bench.of(frozen)
  expect(bench.keys()).toEqual([[1, 1]])
})

test('a power cut takes the last relaxed commits, and for ever what lies in unpushed files; a kill takes nothing', async () => {
  const left = new Set<number>()
  let unreadable = 0
  for (let seed = 0; seed < 60; seed++) {
    const bench = new Bench(seed)
    const { storage } = await bench.storage()
    for (const [lsn, strength, length] of [
      [1, 'strict', 10],
      [2, 'relaxed', 70_000],
      [3, 'strict', 70_000],
      [4, 'relaxed', 10],
      [5, 'relaxed', 10],
    ] as const) {
      await bench.of(storage.write(ENTRIES, strength, adding(lsn, length)))
    }
    bench.machine.kill()
    expect(bench.keys()).toHaveLength(5)
    bench.machine.cutPower()
    const keys = bench.keys().map((key) => key[1])
    expect(keys).toEqual([1, 2, 3, 4, 5].slice(0, keys.length))
    expect(keys.length).toBeGreaterThanOrEqual(3)
    left.add(keys.length)
    const after = (await bench.storage()).storage
    const read = (lsn: number) => bench.of(after.read(ENTRIES, (transaction) => transaction.get('entries', [1, lsn])))
    expect(await read(1)).toEqual(record(10))
    expect((await read(3)) as Uint8Array).toHaveLength(70_000)
    const large = await read(2).catch((error: unknown) => error)
    if (large instanceof Uint8Array) continue
    unreadable++
    expect(large).toMatchObject({ code: 'storage-failed' })
    await expect(read(2)).rejects.toMatchObject({ code: 'storage-failed' })
    await expect(
      bench.of(after.read(ENTRIES, (transaction) => transaction.getAll('entries', { prefix: [1] }))),
    ).rejects.toMatchObject({ code: 'storage-failed' })
  }
  expect([...left].sort()).toEqual([3, 4, 5])
  expect(unreadable).toBeGreaterThan(20)
})

test('a tab that dies in the middle leaves all of its write or nothing, and lets others go on', async () => {
  const counts = new Set<number>()
  for (let seed = 0; seed < 60; seed++) {
    const bench = new Bench(seed)
    const a = await bench.storage()
    const b = await bench.storage()
    const dying = a.storage.write(ENTRIES, 'strict', async (transaction) => {
      await adding(1)(transaction)
      await adding(2)(transaction)
    })
    dying.catch(() => expect.unreachable('nobody is there to hear it'))
    await bench.machine.time.pass(seed % 10)
    bench.machine.crash(a.life)
    await bench.of(b.storage.write(ENTRIES, 'strict', adding(3)))
    counts.add(bench.keys().length)
  }
  expect([...counts].sort()).toEqual([1, 3])
})

test('whoever awaits something else inside a transaction is found out', async () => {
  const bench = new Bench(1)
  const { life, storage } = await bench.storage()
  const { clock } = simulatedWorld(bench.machine, life)
  const idle = storage.write(ENTRIES, 'strict', async (transaction) => {
    await adding(1)(transaction)
    await clock.yield()
  })
  await expect(bench.of(idle)).rejects.toMatchObject({ code: 'storage-failed' })
  expect(bench.machine.violations).toHaveLength(1)
  // Chains of microtasks are not idle.
  await bench.of(
    storage.write(ENTRIES, 'strict', async (transaction) => {
      for (let i = 0; i < 1000; i++) await Promise.resolve()
      await adding(2)(transaction)
    }),
  )
  expect(bench.machine.violations).toHaveLength(1)
})

test('a signal ends what is not committed yet', async () => {
  const ends = new Set<string>()
  for (let seed = 0; seed < 60; seed++) {
    const bench = new Bench(seed)
    const { storage } = await bench.storage()
    const controller = new AbortController()
    const reason = new Error('enough')
    const write = storage.write(ENTRIES, 'strict', adding(1), { signal: controller.signal })
    write.catch(() => {})
    await bench.machine.time.pass(seed % 5)
    controller.abort(reason)
    const end = await bench.of(
      write.then(
        () => 'done',
        (error: unknown) => error,
      ),
    )
    expect(end === 'done' || end === reason).toBe(true)
    expect(bench.keys()).toHaveLength(end === 'done' ? 1 : 0)
    ends.add(String(end))
    await expect(storage.read(ENTRIES, async () => 1, { signal: controller.signal })).rejects.toBe(reason)
  }
  expect(ends.size).toBe(2)
})

test.each([
  ['request', 'storage-failed', 'intact', 0],
  ['commit', 'storage-full', 'intact', 0],
  ['lostWord', 'storage-failed', 'unknown', 1],
] as const)('the fault %s', async (fault, code, dataState, records) => {
  const bench = new Bench(1)
  const { storage } = await bench.storage()
  bench.machine.faults = { ...NO_FAULTS, [fault]: 1 }
  await expect(bench.of(storage.write(ENTRIES, 'strict', adding(1)))).rejects.toMatchObject({ code, dataState })
  expect(bench.keys()).toHaveLength(records)
})

test('a full disk refuses what grows and takes what shrinks', async () => {
  const bench = new Bench(1)
  const { storage } = await bench.storage()
  await bench.of(storage.write(ENTRIES, 'strict', adding(1, 1_000)))
  bench.machine.disk('d').quota = 500
  await expect(bench.of(storage.write(ENTRIES, 'strict', adding(2)))).rejects.toMatchObject({ code: 'storage-full' })
  await bench.of(storage.write(ENTRIES, 'strict', (transaction) => transaction.delete('entries', [1, 1])))
  await bench.of(storage.write(ENTRIES, 'strict', adding(2)))
  expect(bench.keys()).toEqual([[1, 2]])
})

test('a torn read becomes whole, at the latest over a new connection', async () => {
  for (let seed = 0; seed < 30; seed++) {
    const bench = new Bench(seed)
    const { storage } = await bench.storage()
    await bench.of(storage.write(ENTRIES, 'strict', adding(1)))
    bench.machine.faults = { ...NO_FAULTS, tornRead: 1 }
    const read = () => bench.of(storage.read(ENTRIES, (transaction) => transaction.get('entries', [1, 1])))
    await expect(read()).rejects.toMatchObject({ code: 'storage-failed' })
    await read().catch(() => {})
    bench.machine.faults = { ...NO_FAULTS, tornRead: 1e-9 }
    storage.reconnect()
    expect(await read()).toEqual(record(10))
  }
})
