/** A small generator (mulberry32: Tommy Ettinger, 2017): the same seed gives the same numbers in every life of every browser. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One seed out of several numbers. */
export function mix(...numbers: readonly number[]): number {
  let seed = 0x9e3779b9
  for (const number of numbers) {
    seed = Math.imul(seed ^ (number | 0), 0x85ebca6b)
    seed = Math.imul(seed ^ (seed >>> 13) ^ Math.floor(number / 4_294_967_296), 0xc2b2ae35)
    seed ^= seed >>> 16
  }
  return seed >>> 0
}

/** A word of letters alone that belongs to these two numbers and to no others. */
export function wordOf(first: number, second: number): string {
  const letters = 'bdfgklmprv'
  return `q${`${first}`.replace(/\d/g, (digit) => letters[Number(digit)] as string)}o${`${second}`.replace(/\d/g, (digit) => letters[Number(digit)] as string)}`
}
