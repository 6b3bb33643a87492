import { expect, onTestFinished, test } from 'vitest'
import { VectorPart } from './vector-part.ts'

const DIM = 16

/** Rows about a few places, and about others for another seed. */
const rows = (count: number, scale = 1, seed = 0) =>
  Float32Array.from({ length: count * DIM }, (_, i) => {
    const row = Math.floor(i / DIM)
    return scale * (Math.cos(((row % 40) + 1) * ((i % DIM) + 1 + seed)) + 0.05 * Math.cos(i * i))
  })
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

async function open(metric: 'cosine' | 'l2' | 'dot', maxBytes?: number): Promise<VectorPart> {
  const part = await VectorPart.create({ dim: DIM, metric }, maxBytes)
  onTestFinished(() => part.close())
  return part
}

function packed(part: VectorPart) {
  const pieces = finish(part.packLinks())!
  return { pieces: pieces.map(({ bytes }) => bytes), offsets: Uint32Array.from(pieces.flatMap(({ offsets }) => offsets)) }
}

test('links of an index that was given up are not kept in memory', async () => {
  const whole = await open('cosine')
  whole.add(range(0, 3_000), rows(3_000))
  finish(whole.linkSteps())
  const { pieces, offsets } = packed(whole)
  const part = await open('cosine', 200_000)
  part.add(range(0, 3_000), rows(3_000))
  expect(() => part.search(rows(1), 1)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }))
  const before = part.memoryBytes
  part.restoreLinks([1], pieces, offsets)
  expect([part.isLinkingDue, part.links.areWaiting, part.memoryBytes]).toEqual([false, false, before])
})

test.each(['l2', 'dot'] as const)("of '%s', links of vectors that codes cannot hold any more are never due", async (metric) => {
  const part = await open(metric)
  part.add(range(0, 1_500), rows(1_500))
  finish(part.linkSteps())
  expect(part.areLinksDue).toBe(true)
  for (let from = 1_500; from < 6_000; from += 500) part.add(range(from, from + 500), rows(500, 1e17))
  finish(part.linkSteps())
  expect([part.canPackLinks, part.areLinksDue]).toEqual([false, false])
})

test.each(['cosine', 'l2', 'dot'] as const)(
  "of '%s', stored links of no use are due again, and then they are of use",
  async (metric) => {
    const COUNT = 8_000
    const data = rows(COUNT)
    const part = await open(metric)
    part.add(range(0, COUNT), data)
    finish(part.linkSteps())
    const live = range(0, COUNT).filter((offset) => offset % 4 === 3)
    for (const offset of range(0, COUNT)) if (offset % 4 < 3) part.delete(offset)
    finish(part.linkSteps())
    const kept = new Float32Array(live.length * DIM)
    live.forEach((offset, i) => void kept.set(data.subarray(offset * DIM, (offset + 1) * DIM), i * DIM))
    let links = packed(part)
    const left: number[] = []
    for (let opening = 0; opening < 2; opening++) {
      const again = await open(metric)
      again.add(live, kept)
      again.restoreLinks([1], links.pieces, links.offsets)
      let most = 0
      for (const _ of again.linkSteps()) most = Math.max(most, again.explain(kept.subarray(0, DIM), 10).unlinked)
      left.push(most)
      if (again.areLinksDue) links = packed(again)
      expect(again.links.areFresh(again.size, { rows: links.offsets.length, live: links.offsets.length })).toBe(true)
    }
    expect(left.at(-1)).toBeLessThan(live.length / 5)
  },
)
