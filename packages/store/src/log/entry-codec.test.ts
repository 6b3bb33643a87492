import { seal, sealOf } from '@voisin/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../points/payload-codec.ts'
import { NO_POINTS, NO_VECTOR, rowsOf } from '../points/point-columns.ts'
import { anyColumns, anyId, anyReference } from '../testing/arbitraries.ts'
import { codeOf, notRefused } from '../testing/refusal.ts'
import {
  blocksNamedBy,
  decodeEntry,
  decodeIfWhole,
  decodeUnplaced,
  type EntryBody,
  type EntryHeader,
  encodeBody,
  sealEntry,
  type UpdateGroup,
} from './entry-codec.ts'

const DIMS = new Map([
  ['', 3],
  ['title', 2],
])

const group: fc.Arbitrary<UpdateGroup> = fc
  .record({
    fields: fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
    points: fc.array(fc.tuple(anyId, fc.uint8Array({ maxLength: 20 })), { maxLength: 4 }),
  })
  .map(({ fields, points }) => ({ fields, ids: points.map(([id]) => id), payloads: points.map(([, payload]) => payload) }))

const rest = fc.record({ updates: fc.array(group, { maxLength: 3 }), deletes: fc.array(anyId, { maxLength: 5 }) })

/** A body and how many points it upserts. */
const body: fc.Arbitrary<readonly [EntryBody, number]> = fc.oneof(
  fc.tuple(anyColumns(DIMS), rest).map(([upserts, rest]) => [{ upserts, ...rest }, upserts.ids.length] as const),
  fc
    .tuple(fc.array(anyReference, { maxLength: 4 }), fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 20 }), rest)
    .map(([blocks, points, rest]) => {
      const rows = new Map([
        ['', rowsOf(points.length, (i) => points[i]![0])],
        ['title', rowsOf(points.length, (i) => points[i]![1])],
      ])
      return [{ upserts: { blocks, rows }, ...rest }, points.length] as const
    }),
)

const place = fc.record({
  collection: fc.maxSafeNat(),
  lsn: fc.maxSafeNat(),
  previous: fc.maxSafeNat(),
  previousChecksum: fc.nat({ max: 0xffff_ffff }),
  isStrict: fc.boolean(),
  firstOrdinal: fc.maxSafeNat(),
})

const HEADER: EntryHeader = {
  collection: 7,
  lsn: 5,
  previous: 4,
  previousChecksum: 99,
  isStrict: true,
  firstOrdinal: 12,
  upsertCount: 2,
}
const BODY: EntryBody = {
  upserts: {
    ids: ['a', 7],
    payloads: [encodePayload({}), encodePayload({ a: 1 })],
    vectors: new Map([['', { rows: Int32Array.of(0, NO_VECTOR), data: Float32Array.of(1, 2, 3) }]]),
  },
  updates: [{ fields: ['b'], ids: [7], payloads: [encodePayload({ b: 2 })] }],
  deletes: ['a'],
}
const STORED: EntryBody = {
  upserts: {
    blocks: [
      { kind: 'payloads', vector: '', id: 11, checksum: 3, bytes: 65_552, rows: 2 },
      { kind: 'vectors', vector: '', id: 12, checksum: 4, bytes: 65_552, rows: 1 },
    ],
    rows: new Map([['', Int32Array.of(0, NO_VECTOR)]]),
  },
  updates: [],
  deletes: [],
}

describe('an entry', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(body, place, ([body, upsertCount], place) => {
        const header = { ...place, upsertCount }
        const record = sealEntry(header, encodeBody(body))
        const entry = { ...header, ...body, checksum: sealOf(record), bytes: record.length }
        expect(decodeEntry(record, place.collection, place.lsn, DIMS)).toEqual(entry)
        expect(decodeUnplaced(record, place.collection)).toEqual(entry)
        expect(blocksNamedBy(record)).toEqual('blocks' in body.upserts ? body.upserts.blocks.map(({ id }) => id) : [])
      }),
    )
  })

  test.each([
    ['in columns', BODY],
    ['in blocks', STORED],
  ])('whose points are %s is refused when any bit is flipped, and when it is cut off anywhere', (_, body) => {
    const record = sealEntry(HEADER, encodeBody(body))
    expect(notRefused(record, (damaged) => decodeEntry(damaged, 7, 5, DIMS))).toEqual([])
    expect(decodeIfWhole(record.slice(1), 7, 5, DIMS)).toBeUndefined()
    expect(blocksNamedBy(record.slice(0, -1))).toEqual([])
    expect(codeOf(() => decodeEntry(undefined, 7, 5, DIMS))).toBe('corrupt-data')
  })

  test('that is whole is refused in another one’s place, or in another collection', () => {
    const record = sealEntry(HEADER, encodeBody(BODY))
    expect(codeOf(() => decodeEntry(record, 8, 5, DIMS))).toBe('corrupt-data')
    expect(codeOf(() => decodeEntry(record, 7, 6, DIMS))).toBe('corrupt-data')
    expect(decodeUnplaced(record, 8)).toBeUndefined()
  })

  test('whose vectors are not of the collection’s length, or of no vector of its, is refused', () => {
    const record = sealEntry(HEADER, encodeBody(BODY))
    expect(codeOf(() => decodeEntry(record, 7, 5, new Map([['', 4]])))).toBe('corrupt-data')
    expect(codeOf(() => decodeEntry(record, 7, 5, new Map([['title', 3]])))).toBe('corrupt-data')
  })

  test.each([1, 7, 31])('that says by bit %i that it is of a newer kind is not guessed at', (bit) => {
    const record = sealEntry(HEADER, encodeBody(BODY))
    const content = record.slice(16)
    content[28 + (bit >> 3)]! |= 1 << (bit & 7)
    expect(codeOf(() => decodeEntry(seal('entry', content), 7, 5, DIMS))).toBe('unsupported')
  })

  test('whose header and columns disagree on the number of points is refused', () => {
    const record = sealEntry({ ...HEADER, upsertCount: 3 }, encodeBody(BODY))
    expect(codeOf(() => decodeEntry(record, 7, 5, DIMS))).toBe('corrupt-data')
  })

  test('whose counts lie under a right checksum is refused before memory is taken for them', () => {
    const header = sealEntry({ ...HEADER, upsertCount: 0xffff_ffff }, new Uint8Array(0)).slice(16)
    // By the form of the points: counts of blocks and columns, or of ids, that no record could hold.
    const bodies = [
      [0, 0xff, 0xff, 0xff, 0xff],
      [1, 0xff, 0xff, 0xff, 0xff],
      [1, 0, 0, 0, 0, 1, 0, 0, 0, 0],
    ]
    for (const body of bodies) {
      const content = new Uint8Array([...header, ...body])
      expect(codeOf(() => decodeEntry(seal('entry', content), 7, 5, DIMS))).toBe('corrupt-data')
    }
    const nothing = encodeBody({ upserts: NO_POINTS, updates: [], deletes: [] })
    for (const at of [nothing.length - 8, nothing.length - 4]) {
      const body = nothing.slice()
      body.set([0xff, 0xff, 0xff, 0xff], at)
      expect(codeOf(() => decodeEntry(sealEntry({ ...HEADER, upsertCount: 0 }, body), 7, 5, DIMS))).toBe('corrupt-data')
    }
  })
})
