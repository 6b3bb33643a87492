import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { miniModel } from './index.ts'
import { StaticModel } from './static.ts'
import { SMALL } from './testing/small-models.ts'

// VOISIN_FUZZ=100000 makes a night of it; VOISIN_FUZZ_FROM begins at another seed, to run one that failed.
const TEXTS = Number(process.env.VOISIN_FUZZ ?? 300)
const FIRST = Number(process.env.VOISIN_FUZZ_FROM ?? 1)
const LONGEST = 1_000_000
// In turn: the shipped one, and one so small that most words are unknown to it.
const MODELS: readonly StaticModel[] = [
  StaticModel.from(new Uint8Array(await readFile(miniModel.files.model as URL))),
  StaticModel.from(SMALL),
]

const ALPHABETS: readonly (readonly [number, number])[][] = [
  [[0, 0xffff]],
  [[0, 0x10ffff]],
  [[0x20, 0x7e]],
  [[0x61, 0x7a]],
  [
    [0x20, 0x20],
    [0x61, 0x7a],
    [0xe0, 0xff],
  ],
  [[0x300, 0x36f]],
  [
    [0x300, 0x36f],
    [0x3a3, 0x3a9],
    [0x2e, 0x2e],
  ],
  [[0xac00, 0xd7a3]],
  [[0x4e00, 0x9fff]],
  [[0xd800, 0xdfff]],
  [
    [0x1f300, 0x1faff],
    [0x200d, 0x200d],
    [0xfe0f, 0xfe0f],
  ],
  [
    [0xfb00, 0xfdff],
    [0x3300, 0x33ff],
  ],
  [
    [0, 0x20],
    [0x200b, 0x200f],
  ],
]

function seeded(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function randomText(random: () => number): string {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!
  const alphabet = pick(ALPHABETS)
  // One in forty is as long as a text may be.
  const most = random() < 0.025 ? LONGEST : pick([0, 1, 2, 10, 100, 1000])
  const length = Math.floor(random() * (most + 1))
  const characters: string[] = []
  for (let units = 0; units < length; ) {
    const [first, last] = pick(alphabet)
    const character = String.fromCodePoint(first + Math.floor(random() * (last - first + 1)))
    characters.push(character)
    units += character.length
  }
  return characters.join('')
}

test(
  `${TEXTS} random texts have a unit vector or none`,
  () => {
    const results = new Set<string>()
    for (let seed = FIRST; seed < FIRST + TEXTS; seed++) {
      const random = seeded(seed)
      const model = MODELS[seed % MODELS.length]!
      const text = randomText(random)
      const maxWords = random() < 0.5 ? 512 : Infinity
      const vector = new Float32Array(model.dim)
      const result = model.embedInto(text, maxWords, vector, 0)
      results.add(result)
      const length = Math.hypot(...vector)
      if (result === 'empty') expect(length, `seed ${seed}`).toBe(0)
      else expect(Math.abs(length - 1), `seed ${seed}`).toBeLessThan(1e-6)
      const words = model.countWords(text)
      expect(result === 'cut', `seed ${seed}`).toBe(words > maxWords)
      if (words === 0) expect(result, `seed ${seed}`).toBe('empty')
    }
    if (TEXTS >= 300) expect([...results].sort()).toEqual(['cut', 'empty', 'whole'])
  },
  2 ** 31 - 1,
)
