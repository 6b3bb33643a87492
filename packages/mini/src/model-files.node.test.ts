import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { miniModel } from './index.ts'
import { StaticModel } from './static.ts'
import { embed, readReference } from './testing/reference.ts'

interface Golden {
  readonly text: string
  /** Little-endian f32 in base64. */
  readonly vector: string
}

const bytes = new Uint8Array(await readFile(miniModel.files.model as URL))
const golden: readonly Golden[] = JSON.parse(await readFile(new URL('testing/golden-vectors.json', import.meta.url), 'utf8'))

test('the file is the one whose digest is published', () => {
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(miniModel.sha256!.model)
})

test('a user downloads at most four million bytes, and they take at most twelve in memory', () => {
  expect(bytes.length).toBeLessThanOrEqual(4_000_000)
  expect(StaticModel.from(bytes).memoryBytes).toBeLessThanOrEqual(12_000_000)
})

describe('its vectors', () => {
  const model = StaticModel.from(bytes)
  const reference = readReference(bytes)

  test.for(golden)('of $text are those of the trainer and of the reference', ({ text, vector }) => {
    const found = new Float32Array(model.dim)
    model.embedInto(text, miniModel.maxTokens, found, 0)
    const trained = new Float32Array(Uint8Array.from(Buffer.from(vector, 'base64')).buffer)
    expect(largestDifference(found, trained)).toBeLessThanOrEqual(1e-6)
    expect(largestDifference(found, embed(reference, text, miniModel.maxTokens)!)).toBeLessThanOrEqual(1e-6)
  })
})

function largestDifference(a: Float32Array, b: ArrayLike<number>): number {
  expect(b.length).toBe(a.length)
  return a.reduce((most, element, i) => Math.max(most, Math.abs(element - b[i]!)), 0)
}
