import { StorageFullError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { Ballast } from './ballast.ts'
import { browserWorld } from './browser-world.ts'
import type { Storage } from './storage.ts'

/** A disk that may have no room, and a clock that is set by hand. */
function smallDisk() {
  const disk = { isFull: true, tries: 0, now: 0 }
  const storage = {
    read: async () => undefined,
    write: async () => {
      disk.tries++
      if (disk.isFull) throw new StorageFullError('The disk is full.', { dataState: 'intact' })
    },
  } as unknown as Storage
  const clock = { ...browserWorld.clock, now: () => disk.now }
  return { disk, ballast: new Ballast(storage, clock, 1_000) }
}

test('where there is no room for it writes are taken, and it is tried again now and then until it is there', async () => {
  const { disk, ballast } = smallDisk()
  for (let write = 0; write < 20; write++) await ballast.ensure()
  expect([disk.tries, ballast.isScarce]).toEqual([1, false])
  await ballast.checkRoom()
  disk.now = 6_000
  disk.isFull = false
  await ballast.ensure()
  disk.now = 60_000
  await ballast.ensure()
  expect(disk.tries).toBe(2)
})

test('a write waits for whoever takes the space back', async () => {
  const { disk, ballast } = smallDisk()
  disk.isFull = false
  await ballast.giveUp()
  await expect(ballast.checkRoom()).rejects.toMatchObject({ code: 'storage-full', dataState: 'intact' })
  const restored = [ballast.restore(), ballast.restore()]
  await ballast.checkRoom()
  expect(await Promise.all(restored)).toEqual([true, true])
  // What gave it up, and one that took it back.
  expect([disk.tries, ballast.isScarce]).toEqual([2, false])
})
