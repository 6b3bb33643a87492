import type { Key } from '../../database/storage.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { SimulatedDisk } from './simulated-disk.ts'

/** One record goes bad: a bit flips, or it goes missing, or it and another of its store change places. Says what was done, in words. */
export function rot(disk: SimulatedDisk, random: SeededRandom): string {
  const records = disk.dump()
  if (records.length === 0) return 'nothing to rot'
  // Stores come first: one with few records is as interesting as one with many.
  const store = random.pick([...new Set(records.map((item) => item.store))])
  const there = records.filter((item) => item.store === store)
  const { key, record } = random.pick(there)
  const how = random.weighted({ flip: 5, delete: 3, swap: 2, copy: 1 })
  if (how === 'delete' || (how !== 'flip' && there.length < 2)) {
    disk.tamper(store, key, undefined)
    return `deleted ${store} ${name(key)}`
  }
  if (how === 'flip') {
    const bytes = record.bytes.slice()
    // Half the flips hit what comes first: frames and headers.
    const at = random.below(random.chance(0.5) ? Math.min(64, bytes.length) : bytes.length)
    if (bytes.length > 0) bytes[at]! ^= 1 << random.below(8)
    disk.tamper(store, key, bytes)
    return `flipped a bit of byte ${at} of ${store} ${name(key)}`
  }
  const other = random.pick(there.filter((item) => item.key !== key))
  disk.tamper(store, key, other.record.bytes)
  if (how === 'swap') disk.tamper(store, other.key, record.bytes)
  return `${how === 'swap' ? 'swapped' : 'copied'} ${store} ${name(other.key)} ${how === 'swap' ? 'and' : 'over'} ${name(key)}`
}

function name(key: Key): string {
  return JSON.stringify(key)
}
