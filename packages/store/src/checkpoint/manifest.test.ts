import { seal } from '@voisin/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyReference } from '../testing/arbitraries.ts'
import { codeOf, notRefused } from '../testing/refusal.ts'
import {
  type Manifest,
  type ManifestBlock,
  nothingFolded,
  openIfWhole,
  openManifest,
  type RowRun,
  runsOf,
  sealManifest,
} from './manifest.ts'

const COLLECTION = { name: 'c', number: 7, vectors: { '': { dim: 3, metric: 'l2' as const } }, fields: { text: 'text' as const } }
const NEXT_OFFSET = 400

/** Blocks whose rows are live at offsets of their own, those of one kind one behind the other. */
const blocks: fc.Arbitrary<readonly ManifestBlock[]> = fc
  .array(
    fc.record({
      reference: anyReference,
      lsn: fc.maxSafeNat(),
      gaps: fc.array(fc.record({ rows: fc.nat(3), offsets: fc.nat(5), count: fc.integer({ min: 1, max: 6 }) }), { maxLength: 4 }),
    }),
    { maxLength: 8 },
  )
  .map((blocks) => {
    const next = new Map<string, number>()
    return blocks.map(({ reference, lsn, gaps }) => {
      const key = `${reference.kind} ${reference.vector}`
      const runs: RowRun[] = []
      let row = 0
      let offset = next.get(key) ?? 0
      for (const gap of gaps) {
        row += gap.rows
        offset += gap.offsets
        runs.push({ row, offset, count: gap.count })
        row += gap.count
        offset += gap.count
      }
      next.set(key, offset)
      return { reference: { ...reference, rows: row + reference.rows }, lsn, runs }
    })
  })

const manifest: fc.Arbitrary<Manifest> = fc.record({
  collection: fc.constant(COLLECTION),
  sequence: fc.maxSafeNat(),
  epoch: fc.maxSafeNat(),
  lsn: fc.maxSafeNat(),
  checksum: fc.nat({ max: 0xffff_ffff }),
  nextOrdinal: fc.maxSafeNat(),
  nextOffset: fc.constant(NEXT_OFFSET),
  blocks,
  births: fc.array(fc.record({ offset: fc.nat(), birth: fc.nat(), count: fc.nat() }), { maxLength: 5 }),
  lost: fc.array(fc.maxSafeNat(), { maxLength: 5 }),
  givenUp: fc.array(fc.maxSafeNat(), { maxLength: 5 }),
  unnamed: fc.array(fc.maxSafeNat(), { maxLength: 5 }),
})

const payloadBlock = (id: number, rows: number, ...runs: RowRun[]): ManifestBlock => ({
  reference: { kind: 'payloads', vector: '', id, checksum: 1, bytes: 65_552, rows },
  lsn: 1,
  runs,
})
const vectorBlock = (id: number, rows: number, ...runs: RowRun[]): ManifestBlock => ({
  reference: { kind: 'vectors', vector: '', id, checksum: 1, bytes: 65_552, rows },
  lsn: 1,
  runs,
})
const run = (row: number, offset: number, count: number): RowRun => ({ row, offset, count })

const SMALL: Manifest = {
  ...nothingFolded(COLLECTION),
  sequence: 3,
  lsn: 5,
  checksum: 77,
  nextOrdinal: 9,
  nextOffset: 8,
  blocks: [payloadBlock(1, 4, run(0, 0, 2), run(3, 5, 1)), vectorBlock(2, 3, run(0, 0, 3))],
  births: [{ offset: 5, birth: 2, count: 1 }],
  lost: [4],
  givenUp: [2],
  unnamed: [12],
}

/** The record with another number for the kind of a block of `SMALL`. */
function withKind(record: Uint8Array, block: number, kind: number): Uint8Array {
  const content = record.slice(16)
  const view = new DataView(content.buffer)
  let at = 4 + view.getUint32(0, true) + 8 + 8 + 8 + 4 + 8 + 8 + 4
  for (let i = 0; i < block; i++) {
    // Kind, name of the vector, id, checksum, bytes, rows and lsn stand before the count of runs.
    const runsAt = at + 1 + 4 + 8 + 4 + 4 + 4 + 8
    at = runsAt + 4 + view.getUint32(runsAt, true) * 12
  }
  content[at] = kind
  return seal('manifest', content)
}

describe('a manifest', () => {
  test('is read as it was written, and never lies inline in the database', () => {
    fc.assert(
      fc.property(manifest, (manifest) => {
        const record = sealManifest(manifest)
        expect(record.length).toBeGreaterThanOrEqual(64 * 1024)
        expect(openManifest(record, COLLECTION.number, manifest.sequence)).toEqual(manifest)
      }),
    )
  })

  test('is refused when a bit is flipped or when it is cut off', () => {
    const record = sealManifest(SMALL)
    for (let bit = 0; bit < 420 * 8; bit += 3) {
      const damaged = record.slice()
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(
        codeOf(() => openManifest(damaged, 7, 3)),
        `bit ${bit}`,
      ).toBe('corrupt-data')
    }
    expect(notRefused(record, (damaged) => openManifest(damaged, 7, 3), 4099)).toEqual([])
    expect(openIfWhole(record.slice(1), 7, 3)).toBeUndefined()
    expect(openIfWhole(undefined, 7, 3)).toBeUndefined()
  })

  test('that is whole is refused in another one’s place, or in another collection', () => {
    const record = sealManifest(SMALL)
    expect(openIfWhole(record, 7, 3)).toEqual(SMALL)
    expect(openIfWhole(record, 7, 4)).toBeUndefined()
    expect(openIfWhole(record, 8, 3)).toBeUndefined()
  })

  test.each<[string, readonly ManifestBlock[]]>([
    ['two payloads at one offset', [payloadBlock(1, 2, run(0, 0, 2)), payloadBlock(2, 2, run(0, 1, 1))]],
    ['two payloads of one block at one offset', [payloadBlock(1, 4, run(0, 0, 2), run(2, 1, 1))]],
    ['more rows than the block has', [payloadBlock(1, 2, run(1, 0, 2))]],
    ['an offset beyond the last', [payloadBlock(1, 3, run(0, 6, 3))]],
    ['two vectors of a name at one offset', [vectorBlock(1, 2, run(0, 0, 2)), vectorBlock(2, 1, run(0, 1, 1))]],
    ['vectors that are not in the order of offsets', [vectorBlock(1, 2, run(0, 4, 2)), vectorBlock(2, 1, run(0, 1, 1))]],
    ['a vector beyond the last offset', [vectorBlock(1, 3, run(0, 6, 3))]],
  ])('with %s is refused', (_, blocks) => {
    expect(codeOf(() => openManifest(sealManifest({ ...SMALL, blocks }), 7, 3))).toBe('corrupt-data')
  })

  test('passes over what a later version derives, and what it adds behind the last list', () => {
    const record = withKind(sealManifest(SMALL), 1, 128)
    const content = record.slice(16)
    const end = content.findLastIndex((byte) => byte !== 0) + 8
    content.fill(7, end)
    const read = openManifest(seal('manifest', content), 7, 3)
    expect(read).toEqual({ ...SMALL, blocks: SMALL.blocks.slice(0, 1) })
  })

  test('with a block of a kind that may not be passed over is a newer version’s', () => {
    for (const kind of [4, 127]) {
      const record = withKind(sealManifest(SMALL), 1, kind)
      expect(codeOf(() => openManifest(record, 7, 3))).toBe('unsupported')
    }
  })

  test('whose counts lie under a right checksum is refused before memory is taken for them', () => {
    const content = sealManifest({ ...nothingFolded(COLLECTION), sequence: 3 }).slice(16)
    const json = new DataView(content.buffer).getUint32(0, true)
    // Name, sequence, epoch, lsn, checksum, next ordinal and next offset stand before the count of blocks.
    const offsetAt = 4 + json + 8 + 8 + 8 + 4 + 8
    for (const at of [offsetAt + 8, offsetAt + 12, offsetAt + 16, offsetAt + 20, offsetAt + 24]) {
      const damaged = content.slice()
      damaged.set([0xff, 0xff, 0xff, 0xff], at)
      expect(
        codeOf(() => openManifest(seal('manifest', damaged), 7, 3)),
        `at ${at}`,
      ).toBe('corrupt-data')
    }
    const far = content.slice()
    far.set([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0], offsetAt)
    expect(
      codeOf(() => openManifest(seal('manifest', far), 7, 3)),
      'next offset',
    ).toBe('corrupt-data')
  })
})

test('pairs are written as runs that say the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(9))), (pairs) => {
      const runs = runsOf(pairs)
      expect(
        runs.flatMap(({ first, second, count }) => Array.from({ length: count }, (_, i) => [first + i, second + i])),
      ).toEqual(pairs)
    }),
  )
  expect(
    runsOf([
      [0, 4],
      [1, 5],
      [2, 7],
      [3, 8],
    ]),
  ).toEqual([
    { first: 0, second: 4, count: 2 },
    { first: 2, second: 7, count: 2 },
  ])
})
