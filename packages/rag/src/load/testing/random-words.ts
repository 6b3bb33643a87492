/** Numbers in [0, 1) that are the same for the same seed. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  pick<T>(values: readonly T[]): T {
    return values[this.integer(0, values.length - 1)]!
  }
}

const ALPHABETS = [
  'abcdefghijklmnopqrstuvwxyz',
  'абвгдежзиклмнопрстуфхцчшыэюя',
  'αβγδεζηθικλμνξοπρστυφχψω',
  'abcdeéèêàçùœßöäüñõåøğşı',
]

/** A script for a whole document. */
export const alphabetOf = (random: Random): string => random.pick(ALPHABETS)

export function wordOf(random: Random, alphabet: string): string {
  let word = ''
  for (let left = random.integer(2, 9); left > 0; left--) word += alphabet[random.integer(0, alphabet.length - 1)]
  return word
}

/** A sentence of words, the first with a capital letter, the last with a stop. */
export function sentenceOf(random: Random, alphabet: string): string {
  const words = Array.from({ length: random.integer(3, 18) }, () => wordOf(random, alphabet))
  const text = words.join(' ')
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}
