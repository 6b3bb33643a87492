import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { runsOf } from './manifest.ts'
import type { LiveBlock, Piece } from './plan.ts'
import { planBlocks } from './plan.ts'

const BLOCK_BYTES = 1000

interface Given {
  readonly blocks: readonly LiveBlock[]
  readonly loose: readonly number[]
  readonly sizes: readonly number[]
}

/** A block of these live offsets, in order of row, with dead rows between. */
function blockOf(id: number, offsets: readonly number[], dead: number, flags: Partial<LiveBlock> = {}): LiveBlock {
  const runs = runsOf(offsets.map((offset, row) => [row + (row > 0 ? dead : 0), offset] as const))
  const reference = { kind: 'payloads' as const, vector: '', id, checksum: 1, bytes: 1, rows: offsets.length + dead }
  const placed = runs.map(({ first, second, count }) => ({ row: first, offset: second, count }))
  return { reference, lsn: 1, runs: placed, isMissing: false, isUnwanted: false, ...flags }
}

const flags = fc
  .record({ dead: fc.oneof(fc.constant(0), fc.nat(6)), isMissing: fc.boolean(), isUnwanted: fc.boolean(), luck: fc.nat(7) })
  .map(({ luck, ...flags }) => ({
    dead: flags.dead,
    isMissing: flags.isMissing && luck === 0,
    isUnwanted: flags.isUnwanted && luck < 3,
  }))

/** Offsets one behind the other, cut into groups: each a block, in order, or loose; a block with holes leaves every third to be loose. */
const groups = fc.array(
  fc.record({ count: fc.oneof(fc.nat(3), fc.nat(20)), skip: fc.nat(2), isLoose: fc.boolean(), hasHoles: fc.boolean(), flags }),
  { maxLength: 14 },
)

function given(
  list: readonly {
    count: number
    skip: number
    isLoose: boolean
    hasHoles: boolean
    flags: { dead: number; isMissing: boolean; isUnwanted: boolean }
  }[],
  sizeOf: (offset: number) => number,
): Given {
  const blocks: LiveBlock[] = []
  const loose: number[] = []
  let next = 0
  for (const {
    count,
    skip,
    isLoose,
    hasHoles,
    flags: { dead, ...flags },
  } of list) {
    next += skip
    const offsets = Array.from({ length: count }, (_, i) => next + i)
    next += count
    const isMissing = flags.isMissing && count > 0
    const isIn = (offset: number) => !isLoose && (!hasHoles || isMissing || offset % 3 !== 0)
    loose.push(...offsets.filter((offset) => !isIn(offset)))
    if (!isLoose) blocks.push(blockOf(blocks.length + 1, offsets.filter(isIn), dead, { ...flags, isMissing }))
  }
  return { blocks, loose, sizes: Array.from({ length: next }, (_, offset) => sizeOf(offset)) }
}

const offsetsOf = ({ runs }: LiveBlock) =>
  runs.flatMap(({ offset, count }) => Array.from({ length: count }, (_, i) => offset + i))
const offsetsIn = (piece: Piece) => ('kept' in piece ? offsetsOf(piece.kept) : [...piece.offsets])
const bytes = (offsets: readonly number[], sizes: readonly number[]) => offsets.reduce((sum, offset) => sum + sizes[offset]!, 0)

function plan({ blocks, loose, sizes }: Given, keepsOrder: boolean): Piece[] {
  return planBlocks(blocks, loose, { blockBytes: BLOCK_BYTES, bytesOf: (offset) => sizes[offset]!, keepsOrder })
}

/** The blocks that a plan leaves. */
const carriedOut = (pieces: readonly Piece[]): LiveBlock[] =>
  pieces.map((piece, i) => ('kept' in piece ? piece.kept : blockOf(100 + i, piece.offsets, 0)))

function expectGood(given: Given, pieces: readonly Piece[], keepsOrder: boolean): void {
  const { blocks, loose, sizes } = given
  const all = pieces.flatMap(offsetsIn)
  const live = [...blocks.flatMap(offsetsOf), ...loose]
  expect(
    [...all].sort((a, b) => a - b),
    'every live row once',
  ).toEqual(live.sort((a, b) => a - b))
  if (keepsOrder) expect(all, 'in the order of offsets').toEqual([...all].sort((a, b) => a - b))
  let missing = 0
  for (const piece of pieces) {
    if ('kept' in piece) {
      const { kept } = piece
      expect(blocks, 'as it was').toContain(kept)
      if (kept.isMissing) missing++
      else {
        expect(kept.isUnwanted).toBe(false)
        expect(offsetsIn(piece).length, 'at most a fifth is dead').toBeGreaterThanOrEqual(kept.reference.rows * 0.8)
        expect(kept.reference.rows).toBeGreaterThan(0)
      }
    } else {
      expect(piece.offsets.length).toBeGreaterThan(0)
      expect(piece.offsets).toEqual([...piece.offsets].sort((a, b) => a - b))
      if (piece.offsets.length > 1) expect(bytes(piece.offsets, sizes)).toBeLessThanOrEqual(BLOCK_BYTES)
    }
  }
  for (const block of blocks) {
    if (block.isMissing) expect(pieces, 'what cannot be read stays').toContainEqual({ kept: block })
  }
  const whole = bytes(
    pieces.flatMap((piece) => ('kept' in piece && piece.kept.isMissing ? [] : offsetsIn(piece))),
    sizes,
  )
  expect(pieces.length, 'few blocks').toBeLessThanOrEqual((4 * whole) / BLOCK_BYTES + 1 + 2 * missing)
}

describe.each([
  ['payloads, in any order', false],
  ['vectors, in the order of offsets', true],
])('a plan for %s', (_, keepsOrder) => {
  test('has every live row once, little that is dead, and few blocks', () => {
    fc.assert(
      fc.property(groups, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (groups, sizes) => {
        // The rows of vectors are all of one size.
        const made = given(groups, (offset) => sizes[keepsOrder ? 0 : offset % sizes.length]!)
        expectGood(made, plan(made, keepsOrder), keepsOrder)
      }),
      { numRuns: 2000 },
    )
  })

  test('that was carried out comes to rest: what is not written to is not written anew for ever', () => {
    fc.assert(
      fc.property(groups, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (groups, sizes) => {
        const made = given(groups, (offset) => sizes[keepsOrder ? 0 : offset % sizes.length]!)
        let pieces = plan(made, keepsOrder)
        for (let round = 0; round < 2; round++) {
          const blocks = carriedOut(pieces)
          const again = { blocks, loose: [], sizes: made.sizes }
          pieces = plan(again, keepsOrder)
          expectGood(again, pieces, keepsOrder)
        }
        const rewritten = plan({ blocks: carriedOut(pieces), loose: [], sizes: made.sizes }, keepsOrder).filter(
          (piece) => !('kept' in piece),
        )
        expect(rewritten).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  test('writes a block anew that holds what was deleted, and drops one that holds nothing live', () => {
    const full = Array.from({ length: 10 }, (_, i) => i)
    const sizes = new Array<number>(20).fill(100)
    const unwanted = blockOf(1, full, 0, { isUnwanted: true })
    expect(plan({ blocks: [unwanted], loose: [], sizes }, keepsOrder)).toEqual([{ offsets: full }])
    expect(plan({ blocks: [blockOf(1, [], 5)], loose: [], sizes }, keepsOrder)).toEqual([])
    const sparse = blockOf(1, full, 3)
    expect(plan({ blocks: [sparse], loose: [], sizes }, keepsOrder)).toEqual([{ offsets: full }])
    const dense = blockOf(1, full, 2)
    expect(plan({ blocks: [dense], loose: [], sizes }, keepsOrder)).toEqual([{ kept: dense }])
  })

  test('leaves a small block alone that has nobody to be joined with', () => {
    const only = blockOf(1, [0, 1], 0)
    expect(plan({ blocks: [only], loose: [], sizes: [10, 10] }, keepsOrder)).toEqual([{ kept: only }])
    const other = blockOf(2, [2], 0)
    expect(plan({ blocks: [only, other], loose: [3], sizes: [10, 10, 10, 10] }, keepsOrder)).toEqual([{ offsets: [0, 1, 2, 3] }])
  })
})
