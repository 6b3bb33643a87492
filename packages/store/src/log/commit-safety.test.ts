import { ClosedError, StorageError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { browserWorld } from '../database/browser-world.ts'
import { openIndexedStorage } from '../database/indexed-storage.ts'
import type { Key, KeyRange, Storage, Transaction } from '../database/storage.ts'
import { TabLife } from '../database/tab-life.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { tempDatabase } from '../testing/open-stored.ts'
import { CommitSafety, clearMarks, findDeadMarks } from './commit-safety.ts'
import { appendStores } from './log.ts'

const NUMBER = 7
const TAB = 3
const HANDLE = 7

/** A storage that keeps `meta` alone, and how each commit was pushed to the disk. */
function metaOnly() {
  const meta = new Map<string, Uint8Array>()
  const commits: string[] = []
  let failures = 0
  let reason: Error
  const transaction = {
    put: async (_: string, key: Key, record: Uint8Array) => void meta.set(JSON.stringify(key), record),
    delete: async (_: string, key: Key) => void meta.delete(JSON.stringify(key)),
    lastKey: async (_: string, { prefix }: KeyRange) =>
      [...meta.keys()].map((key) => JSON.parse(key) as string[]).findLast((key) => prefix.every((part, i) => key[i] === part)),
  } as unknown as Transaction
  const storage = {
    read: async (_: unknown, work: (transaction: Transaction) => Promise<unknown>) => await work(transaction),
    write: async (_: unknown, strength: string, work: (transaction: Transaction) => Promise<unknown>) => {
      if (failures > 0) {
        failures--
        throw reason
      }
      commits.push(strength)
      return await work(transaction)
    },
  } as unknown as Storage
  const isMarked = () => meta.has(JSON.stringify(['unsafe', NUMBER, TAB, HANDLE]))
  const fail = (times: number, why: Error = new StorageError('no')) => {
    failures = times
    reason = why
  }
  return { storage, transaction, commits, isMarked, fail }
}

function open(durability: 'power' | 'process') {
  const clock = new ManualClock()
  const meta = metaOnly()
  const safety = new CommitSafety(meta.storage, clock, durability, NUMBER, TAB, HANDLE)
  /** A write as the journal makes it. */
  const write = async (bytes = 100) => {
    const commitment = safety.choose(bytes)
    await safety.mark(meta.transaction, commitment)
    safety.committed(commitment)
    return commitment.strength
  }
  return { clock, safety, write, ...meta }
}

test('at power every commit is strict, nothing is marked, and nothing is done later', async () => {
  const { clock, safety, write, transaction, isMarked, commits } = open('power')
  expect([await write(), await write(), await write(10 ** 6)]).toEqual(['strict', 'strict', 'strict'])
  expect([isMarked(), safety.isUnsafe, clock.waiting]).toEqual([false, false, 0])
  expect([await safety.isSafe(transaction), commits]).toEqual([true, []])
})

test('at power there is something to be made safe where another tab has committed relaxed', async () => {
  const { safety, transaction } = open('power')
  await transaction.put('meta', ['unsafe', NUMBER, TAB + 1, HANDLE], Uint8Array.of(1))
  expect(await safety.isSafe(transaction)).toBe(false)
})

test('at process the first commit is strict and leaves a mark; those that follow are relaxed until one soon after makes them safe', async () => {
  const { clock, safety, write, isMarked, commits } = open('process')
  expect(await write()).toBe('strict')
  expect([isMarked(), safety.isUnsafe]).toEqual([true, true])
  expect([await write(), await write()]).toEqual(['relaxed', 'relaxed'])
  expect(clock.waiting).toBe(1)
  await clock.pass(3_000)
  expect(commits).toEqual(['strict'])
  expect([isMarked(), safety.isUnsafe, clock.waiting]).toEqual([false, false, 0])
  expect(await write()).toBe('strict')
  expect(isMarked()).toBe(true)
})

test('what Chromium would keep in a file of its own is strict at process too', async () => {
  const { write } = open('process')
  await write()
  expect([await write(64 * 1024), await write(60 * 1024), await write(1000)]).toEqual(['strict', 'strict', 'relaxed'])
})

test('however writes follow one another, none stays unsafe for more than three seconds', async () => {
  const { clock, write, commits } = open('process')
  let hardenedAt = 0
  for (let ms = 0; ms < 20_000; ms += 100) {
    const before = commits.length
    await clock.pass(100)
    if (commits.length > before) hardenedAt = clock.now()
    expect(clock.now() - hardenedAt).toBeLessThanOrEqual(3_000)
    await write()
  }
  // Not each write for itself, either.
  expect(commits.length).toBeLessThan(20)
})

test('a write that comes when hardening is late is strict', async () => {
  const { clock, write, fail } = open('process')
  await write()
  fail(1)
  await clock.pass(1_600)
  expect(await write()).toBe('strict')
})

test('hardening that fails is tried again, and the mark stays until it has succeeded', async () => {
  const { clock, safety, write, isMarked, fail } = open('process')
  await write()
  fail(2)
  await clock.pass(3_200)
  expect([isMarked(), safety.isUnsafe]).toEqual([true, true])
  await clock.pass(2_000)
  expect([isMarked(), safety.isUnsafe, clock.waiting]).toEqual([false, false, 0])
})

test('flush makes safe at once, and nothing more is done later', async () => {
  const { clock, safety, write, isMarked, commits } = open('process')
  await write()
  await write()
  await safety.harden()
  expect([isMarked(), safety.isUnsafe, clock.waiting]).toEqual([false, false, 0])
  expect(commits).toEqual(['strict'])
})

test('a flush that fails says so, and the collection goes on being unsafe until it is hardened', async () => {
  const { clock, safety, write, isMarked, fail } = open('process')
  await write()
  fail(1)
  await expect(safety.harden()).rejects.toMatchObject({ code: 'storage-failed' })
  expect([isMarked(), safety.isUnsafe]).toEqual([true, true])
  await clock.pass(5_000)
  expect([isMarked(), safety.isUnsafe]).toEqual([false, false])
})

test('closing that fails is made good while the database is open', async () => {
  const { clock, safety, write, isMarked, fail } = open('process')
  await write()
  fail(2)
  await expect(safety.close()).rejects.toMatchObject({ code: 'storage-failed' })
  expect([isMarked(), clock.waiting]).toEqual([true, 1])
  await clock.pass(5_000)
  expect([isMarked(), safety.isUnsafe, clock.waiting]).toEqual([false, false, 0])
})

test('nothing is tried again at a database that is closed', async () => {
  const { clock, safety, write, isMarked, fail } = open('process')
  await write()
  fail(1, new ClosedError('closed'))
  await expect(safety.close()).rejects.toMatchObject({ code: 'closed' })
  expect([isMarked(), clock.waiting]).toEqual([true, 0])
})

test('a commit that ended without word counts as unsafe, so that closing takes its mark away', async () => {
  const { clock, safety, transaction, isMarked } = open('process')
  await safety.mark(transaction, safety.choose(100))
  expect([isMarked(), safety.isUnsafe]).toEqual([true, true])
  await safety.close()
  expect([isMarked(), safety.isUnsafe, clock.waiting]).toEqual([false, false, 0])
})

test('a commit that ended without word is made safe as others are', async () => {
  const { clock, safety, transaction, isMarked } = open('process')
  await safety.mark(transaction, safety.choose(100))
  await clock.pass(3_000)
  expect([isMarked(), safety.isUnsafe, clock.waiting]).toEqual([false, false, 0])
})

test('a write whose mark was taken away before it heard of its commit leaves another one next time', async () => {
  const { clock, safety, transaction, write, isMarked } = open('process')
  const commitment = safety.choose(100)
  await safety.mark(transaction, commitment)
  await clock.pass(1_600)
  safety.committed(commitment)
  expect(isMarked()).toBe(false)
  expect([await write(), isMarked()]).toEqual(['strict', true])
})

test('a write that is begun while hardening is under way leaves a mark of its own', async () => {
  const { safety, write, transaction, isMarked } = open('process')
  await write()
  const hardening = safety.harden()
  const commitment = safety.choose(100)
  await hardening
  await safety.mark(transaction, commitment)
  safety.committed(commitment)
  expect([commitment, isMarked(), safety.isUnsafe]).toEqual([{ strength: 'strict', leavesMark: true }, true, true])
})

test('marks of dead tabs are found once and taken away, those of tabs that live stay', async () => {
  const database = tempDatabase(onTestFinished)
  const storage = await openIndexedStorage(database)
  onTestFinished(() => storage.close())
  const { locks } = browserWorld
  const [own, other, dead] = [3, 4, 5]
  const lives = [own, other, dead].map((tab) => new TabLife(locks, database, 'unsafe', tab))
  await Promise.all(lives.map((life) => life.begin()))
  onTestFinished(() => lives.forEach((life) => void life.end()))
  await storage.write(['meta'], 'strict', async (transaction) => {
    for (const tab of [own, other, dead]) await transaction.put('meta', ['unsafe', NUMBER, tab, HANDLE], Uint8Array.of(1))
    await transaction.put('meta', ['unsafe', NUMBER + 1, dead, HANDLE], Uint8Array.of(1))
  })
  const find = () => findDeadMarks(storage, NUMBER, lives[0]!)
  expect(await find()).toEqual([])
  lives[2]!.end()
  await vi.waitFor(async () => expect(await lives[0]!.isAlive(dead)).toBe(false))
  expect(await find()).toEqual([['unsafe', NUMBER, dead, HANDLE]])
  await clearMarks(storage, await find())
  expect(await find()).toEqual([])
  expect(await storage.read(['meta'], (transaction) => transaction.keys('meta', { prefix: ['unsafe'] }))).toEqual([
    ['unsafe', NUMBER, own, HANDLE],
    ['unsafe', NUMBER, other, HANDLE],
    ['unsafe', NUMBER + 1, dead, HANDLE],
  ])
})

test('what relies on the mark waits for what takes it away, and nothing else does', () => {
  const { safety } = open('process')
  const first = safety.choose(100)
  expect(appendStores(false, first)).toContain('meta')
  safety.committed(first)
  const relaxed = safety.choose(100)
  expect([relaxed.strength, relaxed.leavesMark]).toEqual(['relaxed', false])
  expect(appendStores(false, relaxed)).toContain('meta')
  // A strict one is safe by itself.
  expect(appendStores(false, safety.choose(10 ** 6))).not.toContain('meta')
  expect(appendStores(false, open('power').safety.choose(100))).not.toContain('meta')
})
