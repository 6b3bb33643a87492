import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { PayloadTable } from './payload-table.ts'

type Change =
  | { readonly set: number; readonly length: number; readonly byte: number }
  | { readonly delete: number }
  | { readonly compact: number }
  | 'renumber'

const offset = fc.nat({ max: 30 })
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      set: offset,
      length: fc.oneof(fc.nat(40), fc.nat(9_000), fc.constantFrom(65_536, 65_537)),
      byte: fc.nat(255),
    }),
  },
  { weight: 3, arbitrary: fc.record({ delete: offset }) },
  { weight: 1, arbitrary: fc.record({ compact: fc.constantFrom(0, 0.5) }) },
  { weight: 1, arbitrary: fc.constant('renumber' as const) },
)

function apply(table: PayloadTable, model: Map<number, Uint8Array>, change: Change): void {
  if (change === 'renumber') {
    const numbers = [...model.keys()].sort((a, b) => a - b).map((before, now) => [before, now] as const)
    const moved = numbers.map(([before, now]) => [now, model.get(before)!] as const)
    table.renumber(numbers)
    model.clear()
    for (const [now, payload] of moved) model.set(now, payload)
  } else if ('set' in change) {
    const payload = new Uint8Array(change.length).fill(change.byte)
    table.set(change.set, payload)
    model.set(change.set, payload.slice())
    // It was copied.
    payload.fill(0)
  } else if ('delete' in change) {
    table.delete(change.delete)
    model.delete(change.delete)
  } else table.compact(change.compact)
}

const isSame = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i])

describe('a table of payloads', () => {
  test('is a map from offsets to bytes, and what it gave out stays as it was', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const table = new PayloadTable()
        const model = new Map<number, Uint8Array>()
        const given: [Uint8Array, Uint8Array][] = []
        for (const change of changes) {
          apply(table, model, change)
          for (let offset = 0; offset < 32; offset++) expect(table.get(offset)?.length).toBe(model.get(offset)?.length)
          const [first] = model
          if (first !== undefined) given.push([table.get(first[0])!, first[1]])
        }
        for (const [offset, payload] of model) given.push([table.get(offset)!, payload])
        expect(table.bytes).toBe([...model.values()].reduce((sum, { length }) => sum + length, 0))
        expect(given.filter(([view, bytes]) => !isSame(view, bytes))).toEqual([])
      }),
    )
  })

  test('takes no more than follows from what lives, however often it is replaced', () => {
    const table = new PayloadTable()
    for (let round = 0; round < 400; round++) {
      for (let offset = 0; offset < 100; offset++) table.set(offset, new Uint8Array(1_000 + ((offset * round) % 100)))
    }
    expect(table.memoryBytes).toBeLessThan(3 * table.bytes + 3 * 2 ** 20)
    table.compact(0)
    expect(table.memoryBytes).toBeLessThan(2.5 * table.bytes)
    for (let offset = 0; offset < 100; offset++) table.delete(offset)
    table.compact(0)
    expect([table.bytes, table.memoryBytes < 10_000]).toEqual([0, true])
  })

  test.each([10, 1_000, 60_000, 100_000, 600_000])('wastes little on payloads of %i bytes', (length) => {
    const table = new PayloadTable()
    const count = Math.ceil(8e6 / Math.max(length, 100))
    for (let offset = 0; offset < count; offset++) table.set(offset, new Uint8Array(length))
    expect(table.memoryBytes - 24 * count).toBeLessThan(1.1 * table.bytes + 2 ** 20)
  })

  test('keeps what it is given where there is no memory for a copy', () => {
    const table = new PayloadTable()
    const Bytes = Uint8Array
    vi.stubGlobal(
      'Uint8Array',
      class {
        constructor() {
          throw new RangeError('Array buffer allocation failed')
        }
      },
    )
    const payloads = [Bytes.of(1, 2, 3), Bytes.of(), Bytes.of(4)]
    try {
      for (const [offset, payload] of payloads.entries()) table.set(offset, payload)
    } finally {
      vi.unstubAllGlobals()
    }
    table.set(3, Bytes.of(5, 6))
    expect([0, 1, 2, 3].map((offset) => [...table.get(offset)!])).toEqual([[1, 2, 3], [], [4], [5, 6]])
  })
})
