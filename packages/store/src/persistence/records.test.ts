import { seal, sealOf } from '@voisin/bytes'
import { isVoisinError, type PointId } from '@voisin/spec'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../payload-codec.ts'
import { openBlock, sealBlock, splitRun } from './blocks.ts'
import { blocksNamedBy, type Changes, decodeEntry, encodeChanges, sealEntry } from './entry-codec.ts'
import { type Manifest, openManifest, rankRuns, sealManifest } from './manifest.ts'
import { NO_VECTOR, type PointRun } from './point-run.ts'

const DIM = 3
const id = fc.oneof(fc.maxSafeNat(), fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })) as fc.Arbitrary<PointId>
const run: fc.Arbitrary<PointRun> = fc
  .array(fc.tuple(id, fc.boolean(), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 })
  .map((points) => {
    let count = 0
    const rows = Int32Array.from(points, ([, hasVector]) => (hasVector ? count++ : NO_VECTOR))
    const vectors = Float32Array.from({ length: count * DIM }, (_, i) => i / 7)
    return { ids: points.map(([id]) => id), rows, vectors, payloads: points.map(([, , payload]) => payload) }
  })
const reference = fc.record({ id: fc.maxSafeNat(), checksum: fc.nat(), bytes: fc.nat(), count: fc.nat(1000) })
const changes: fc.Arbitrary<Changes> = fc.record({
  run,
  blocks: fc.array(reference, { maxLength: 3 }),
  patches: fc.array(fc.record({ ids: fc.array(id, { maxLength: 3 }), payload: fc.uint8Array({ maxLength: 20 }) }), {
    maxLength: 3,
  }),
  deletes: fc.array(id, { maxLength: 5 }),
})

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isVoisinError(error)) return error.code
    throw error
  }
  return 'no error'
}

describe('an entry', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(changes, fc.maxSafeNat(), fc.maxSafeNat(), (changes, lsn, previous) => {
        const record = sealEntry(lsn, previous, encodeChanges(changes, DIM))
        expect(decodeEntry(record, DIM)).toEqual({ ...changes, lsn, previous })
        expect(blocksNamedBy(record)).toEqual(changes.blocks)
      }),
    )
  })

  test('of which one bit is flipped is refused, whichever bit it is', () => {
    const changes: Changes = {
      run: {
        ids: ['a', 7],
        rows: Int32Array.of(0, NO_VECTOR),
        vectors: Float32Array.of(1, 2, 3),
        payloads: [encodePayload({}), encodePayload({ a: 1 })],
      },
      blocks: [],
      patches: [{ ids: [7], payload: encodePayload({ b: 2 }) }],
      deletes: ['a'],
    }
    const record = sealEntry(5, 4, encodeChanges(changes, DIM))
    for (let bit = 0; bit < record.length * 8; bit++) {
      const damaged = record.slice()
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(
        codeOf(() => decodeEntry(damaged, DIM)),
        `bit ${bit}`,
      ).toBe('corrupt-data')
    }
    for (let length = 0; length < record.length; length++) {
      expect(
        codeOf(() => decodeEntry(record.slice(0, length), DIM)),
        `length ${length}`,
      ).toBe('corrupt-data')
    }
  })

  test('whose counts lie under a right checksum is refused before memory is taken for them', () => {
    const body = new Uint8Array(16 + 4 + 16)
    new DataView(body.buffer).setUint32(20, 0xffff_ffff, true)
    new DataView(body.buffer).setUint32(24, 0xffff_ffff, true)
    new DataView(body.buffer).setUint32(28, DIM, true)
    expect(codeOf(() => decodeEntry(seal('entry', body), DIM))).toBe('corrupt-data')
  })
})

describe('a block', () => {
  test('is read as it was written, however a run is cut', () => {
    fc.assert(
      fc.property(run, fc.integer({ min: 1, max: 200 }), (run, blockBytes) => {
        const parts = splitRun(run, DIM, blockBytes).map((part) => {
          const { reference, record } = sealBlock(part, DIM)
          expect(record.length).toBeGreaterThanOrEqual(64 * 1024)
          return openBlock(record, reference, DIM)
        })
        expect(parts.flatMap(({ ids }) => ids)).toEqual(run.ids)
        expect(parts.flatMap(({ payloads }) => payloads)).toEqual(run.payloads)
        expect(parts.flatMap(({ vectors }) => [...vectors])).toEqual([...run.vectors])
        expect(parts.flatMap(({ rows }) => [...rows].map((row) => row === NO_VECTOR))).toEqual(
          [...run.rows].map((row) => row === NO_VECTOR),
        )
      }),
    )
  })

  test('that is not the one named is refused, though it is whole', () => {
    const empty: PointRun = { ids: [], rows: new Int32Array(0), vectors: new Float32Array(0), payloads: [] }
    const one = sealBlock(empty, DIM)
    const other = sealBlock({ ...empty, ids: [1], rows: Int32Array.of(NO_VECTOR), payloads: [encodePayload({})] }, DIM)
    expect(codeOf(() => openBlock(other.record, one.reference, DIM))).toBe('corrupt-data')
    expect(codeOf(() => openBlock(one.record, one.reference, DIM + 1))).toBe('corrupt-data')
    expect(sealOf(one.record)).toBe(one.reference.checksum)
  })
})

describe('a manifest', () => {
  test('is read as it was written', () => {
    const block = reference.chain((reference) =>
      fc
        .option(fc.uint8Array({ minLength: Math.ceil(reference.count / 8), maxLength: Math.ceil(reference.count / 8) }))
        .map((dead) => ({ reference, dead: dead ?? new Uint8Array(0) })),
    )
    const manifest: fc.Arbitrary<Manifest> = fc.record({
      epoch: fc.maxSafeNat(),
      lsn: fc.maxSafeNat(),
      blocks: fc.array(block, { maxLength: 5 }),
      ranks: fc.array(fc.nat(20)).map(rankRuns),
      unnamed: fc.array(fc.maxSafeNat(), { maxLength: 5 }),
    })
    fc.assert(
      fc.property(manifest, (manifest) => {
        expect(openManifest(sealManifest(manifest))).toEqual(manifest)
      }),
    )
  })

  test('writes ranks as runs that say the same', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (ranks) => {
        const runs = rankRuns(ranks)
        expect(runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))).toEqual(ranks)
      }),
    )
    expect(rankRuns([4, 5, 6, 0, 1, 9])).toEqual([
      { first: 4, count: 3 },
      { first: 0, count: 2 },
      { first: 9, count: 1 },
    ])
  })
})
