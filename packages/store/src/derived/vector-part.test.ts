import { isVoisinError } from '@voisin/spec'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { VectorPart } from './vector-part.ts'

const DIM = 2
const SCHEMA = { dim: DIM, metric: 'l2' as const }

type Model = Map<number, Float32Array>

async function open(maxBytes?: number): Promise<VectorPart> {
  const part = await VectorPart.create(SCHEMA, maxBytes)
  onTestFinished(() => part.close())
  return part
}

const squared = (a: Float32Array, b: Float32Array) => (a[0]! - b[0]!) ** 2 + (a[1]! - b[1]!) ** 2

/** Nearest first, ties by offset. */
const nearest = (model: Model, query: Float32Array) =>
  Array.from(model, ([offset, vector]) => ({ offset, distance: squared(vector, query) }))
    .sort((a, b) => a.distance - b.distance || a.offset - b.offset)
    .map(({ offset }) => offset)

function expectAsModel(part: VectorPart, model: Model, most: number): void {
  expect(part.size).toBe(model.size)
  for (let offset = 0; offset < most; offset++) {
    expect(part.has(offset)).toBe(model.has(offset))
    expect(part.vector(offset)).toEqual(model.get(offset))
  }
}

function expectSearches(part: VectorPart, model: Model, most: number): void {
  const query = Float32Array.of(1, 2)
  expect([...part.search(query, most + 1).offsets]).toEqual(nearest(model, query))
  expect([...part.search(query, 3).offsets]).toEqual(nearest(model, query).slice(0, 3))
  const allow = Uint8Array.from({ length: Math.ceil(most / 8) }, () => 0b0110_1101)
  const allowed = new Map([...model].filter(([offset]) => (allow[offset >> 3]! >> (offset & 7)) & 1))
  expect([...part.search(query, most + 1, allow).offsets]).toEqual(nearest(allowed, query))
  const offsets = Uint32Array.from({ length: most }, (_, offset) => offset)
  const distances = part.distances(query, offsets)
  offsets.forEach((offset) => {
    const vector = model.get(offset)
    if (vector === undefined) expect(distances[offset]).toBeNaN()
    else expect(distances[offset]).toBe(squared(vector, query))
  })
}

const number = fc.integer({ min: -3, max: 3 })
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      rows: fc.array(fc.record({ skip: fc.nat(2), x: number, y: number }), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('compact' as const, 'renumber' as const) }) },
)

/** Runs commands on a part and on a Map. */
function follow(
  part: VectorPart,
  commands: readonly (typeof command extends fc.Arbitrary<infer T> ? T : never)[],
  check: (model: Model, most: number) => void,
): void {
  let model: Model = new Map()
  let next = 0
  for (const command of commands) {
    if (command.kind === 'add') {
      const offsets: number[] = []
      const data: number[] = []
      for (const { skip, x, y } of command.rows) {
        offsets.push(next + skip)
        next += skip + 1
        data.push(x, y)
        model.set(offsets.at(-1)!, Float32Array.of(x, y))
      }
      part.reserve(offsets.length)
      part.add(offsets, Float32Array.from(data))
    }
    if (command.kind === 'delete' && next > 0) {
      part.delete(command.at % next)
      model.delete(command.at % next)
    }
    if (command.kind === 'compact') {
      part.compact()
      expect(part.deadCount).toBe(0)
    }
    if (command.kind === 'renumber') {
      const live = [...model.keys()].sort((a, b) => a - b)
      part.renumber((offset) => live.indexOf(offset))
      model = new Map(live.map((offset, i) => [i, model.get(offset)!]))
      next = live.length
    }
    check(model, next + 3)
  }
}

describe('vectors of a name', () => {
  test('are found as looking at each would, whatever was deleted, compacted and renumbered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 25 }), async (commands) => {
        const part = await VectorPart.create(SCHEMA)
        follow(part, commands, (model, most) => {
          expectAsModel(part, model, most)
          expectSearches(part, model, most)
        })
        part.close()
      }),
      { numRuns: 100 },
    )
  })

  test('take no more memory for being replaced again and again', async () => {
    const part = await open()
    const data = Float32Array.from({ length: 1000 * DIM }, (_, i) => i)
    let first = 0
    const replaceAll = () => {
      for (let i = 0; i < 1000; i++) if (first > 0) part.delete(first - 1000 + i)
      const offsets = Array.from({ length: 1000 }, (_, i) => first + i)
      part.reserve(offsets.length)
      part.add(offsets, data)
      first += 1000
    }
    for (let round = 0; round < 4; round++) replaceAll()
    part.compact()
    const before = part.search(Float32Array.of(0, 0), 1)
    for (let round = 0; round < 40; round++) replaceAll()
    expect(part.size).toBe(1000)
    expect(part.deadCount).toBeLessThanOrEqual(3 * 1024)
    expect(part.search(Float32Array.of(0, 0), 1).distances).toEqual(before.distances)
  })
})

describe('where there is no memory for more', () => {
  /** A part that has just what three thousand vectors take, and what it holds. */
  async function filled() {
    const ample = await open()
    ample.reserve(3000)
    const part = await open(ample.memoryBytes)
    const model: Model = new Map()
    const add = (count: number) => {
      const first = model.size
      const offsets = Array.from({ length: count }, (_, i) => first + i)
      for (const offset of offsets) model.set(offset, Float32Array.of(offset, 1))
      part.add(offsets, Float32Array.from(offsets.flatMap((offset) => [offset, 1])))
    }
    add(2000)
    return { part, model, add }
  }

  const refusal = (work: () => unknown) => {
    try {
      work()
    } catch (error) {
      if (isVoisinError(error)) return [error.code, error.dataState]
      throw error
    }
    return 'no error'
  }

  test('reserving says so before anything has changed', async () => {
    const { part, model } = await filled()
    expect(refusal(() => part.reserve(1_000_000))).toEqual(['limit-exceeded', 'intact'])
    expectAsModel(part, model, 2001)
    expect(part.search(Float32Array.of(7, 1), 1).offsets[0]).toBe(7)
  })

  test('the index is given up, not the vectors: they can be read, deleted, added to and numbered anew, but not searched', async () => {
    const { part, model, add } = await filled()
    part.delete(3)
    model.delete(3)
    const before = new Map(model)
    model.set(3, Float32Array.of(0, 0))
    add(20_000)
    model.delete(3)
    expect(before.size).toBe(1999)
    expectAsModel(part, model, 22_001)
    expect(refusal(() => part.search(Float32Array.of(1, 1), 1))).toEqual(['limit-exceeded', 'intact'])
    expect(refusal(() => part.distances(Float32Array.of(1, 1), Uint32Array.of(0)))).toEqual(['limit-exceeded', 'intact'])

    part.add([22_000], Float32Array.of(5, 6))
    part.delete(4)
    part.compact()
    part.reserve(10 ** 9)
    model.set(22_000, Float32Array.of(5, 6))
    model.delete(4)
    expectAsModel(part, model, 22_010)
    expect(part.deadCount).toBe(0)
    const live = [...model.keys()].sort((a, b) => a - b)
    const places = new Map(live.map((offset, i) => [offset, i]))
    part.renumber((offset) => places.get(offset)!)
    expectAsModel(part, new Map(live.map((offset, i) => [i, model.get(offset)!])), live.length + 3)
  })

  test('compacting that there is no memory for leaves all as it was', async () => {
    const { part, model } = await filled()
    for (let offset = 0; offset < 1500; offset++) {
      part.delete(offset)
      model.delete(offset)
    }
    part.compact()
    expectAsModel(part, model, 2001)
    expect([...part.search(Float32Array.of(1800, 1), 1).offsets]).toEqual([1800])
  })
})

test('a build that writes overtake is given up before what is dead takes more than what lives', async () => {
  const part = await open()
  const count = 4_000
  const rows = (round: number) => Float32Array.from({ length: count * DIM }, (_, i) => Math.sin(i * 0.7 + round))
  let first = 0
  const replace = (round: number) => {
    part.reserve(count)
    const offsets = Array.from({ length: count }, (_, i) => first + count + i)
    part.add(offsets, rows(round))
    for (let i = 0; i < count; i++) part.delete(first + i)
    first += count
  }
  part.add(
    Array.from({ length: count }, (_, i) => i),
    rows(0),
  )
  const building = part.linkSteps()
  let isBuilding = building.next().done !== true
  expect(isBuilding).toBe(true)
  for (let round = 1; round <= 12; round++) {
    replace(round)
    expect(part.deadCount).toBeLessThanOrEqual(3 * count)
    isBuilding &&= building.next().done !== true
  }
  // It ended by itself, for its index is another one now; the next one is not disturbed.
  expect(isBuilding).toBe(false)
  for (const _ of part.linkSteps());
  expect(part.explain(Float32Array.of(1, 2), 5).unlinked).toBe(0)
})
