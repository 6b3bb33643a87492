import { seal, sealOf, unseal } from '@voisin/bytes'
import type { PointId } from '@voisin/spec'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyId } from '../testing/arbitraries.ts'
import { codeOf, notRefused } from '../testing/refusal.ts'
import { type BlockContent, LEAST_BODY_BYTES, openBody, readBody, sealBlock } from './block-codec.ts'
import { cuts } from './cut.ts'

const NUMBER = 7
const ids = fc.array(fc.tuple(anyId, fc.maxSafeNat(), fc.uint8Array({ maxLength: 40 })), { maxLength: 12 })

const common = (points: readonly (readonly [PointId, number, Uint8Array])[]) => ({
  collection: NUMBER,
  ids: points.map(([id]) => id),
  lsns: points.map(([, lsn]) => lsn),
})

const content: fc.Arbitrary<BlockContent> = fc.oneof(
  fc.tuple(ids, fc.maxSafeNat()).map(([points, notBefore]) => ({
    ...common(points),
    notBefore,
    kind: 'payloads' as const,
    vector: '',
    payloads: points.map(([, , payload]) => payload),
  })),
  fc.tuple(ids, fc.maxSafeNat(), fc.integer({ min: 1, max: 5 })).map(([points, notBefore, dim]) => ({
    ...common(points),
    notBefore,
    kind: 'vectors' as const,
    vector: 'title',
    dim,
    data: Float32Array.from({ length: points.length * dim }, (_, i) => i / 7),
  })),
  fc.tuple(ids, fc.maxSafeNat(), fc.uint8Array({ maxLength: 80 })).map(([points, notBefore, pack]) => ({
    ...common(points),
    notBefore,
    kind: 'words' as const,
    vector: 'words-6 ["text"]',
    pack,
  })),
  fc.tuple(fc.nat(5_000), fc.maxSafeNat(), fc.uint8Array({ maxLength: 80 })).map(([rows, notBefore, pack]) => ({
    ...common([]),
    notBefore,
    kind: 'links' as const,
    vector: 'title',
    rows,
    pack,
  })),
)

const rowsIn = (content: BlockContent) => (content.kind === 'links' ? content.rows : content.ids.length)

const SMALL: BlockContent = {
  collection: NUMBER,
  kind: 'payloads',
  vector: '',
  ids: ['a', 2],
  lsns: [3, 0],
  notBefore: 1,
  payloads: [Uint8Array.of(1, 2, 3), Uint8Array.of(4)],
}

describe('a block', () => {
  test('is read as it was written, and never lies inline in the database', () => {
    fc.assert(
      fc.property(content, fc.maxSafeNat(), (content, id) => {
        const { reference, body } = sealBlock(id, content)
        expect(reference).toMatchObject({ id, kind: content.kind, vector: content.vector, rows: rowsIn(content) })
        expect([reference.bytes, reference.checksum]).toEqual([body.length, sealOf(body)])
        expect(body.length).toBeGreaterThanOrEqual(LEAST_BODY_BYTES)
        const rows = {
          payloads: [],
          data: new Float32Array(0),
          pack: new Uint8Array(0),
          dim: 0,
          rows: rowsIn(content),
          ...content,
          id,
        }
        expect(openBody(body, reference, NUMBER)).toEqual(rows)
        expect(readBody(body, NUMBER, id)).toEqual(rows)
      }),
    )
  })

  test('is refused when any bit is flipped, and when it is cut off anywhere', () => {
    const { reference, body } = sealBlock(1, SMALL)
    // Of the zeros at its end a sample is enough: 64 KiB are as many bits as a test run has seconds.
    const beginning = 16 + 4 + 120
    for (let bit = 0; bit < beginning * 8; bit++) {
      const damaged = body.slice()
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(
        codeOf(() => readBody(damaged, NUMBER, 1)),
        `bit ${bit}`,
      ).toBe('corrupt-data')
    }
    expect(notRefused(body, (damaged) => openBody(damaged, reference, NUMBER), 4099)).toEqual([])
  })

  test('has a head that says the same as its body, names the body, and is small', () => {
    const { reference, head, body } = sealBlock(1, SMALL)
    const content = unseal('head', head)
    const said = content.subarray(0, content.length - 8)
    const inBody = new DataView(body.buffer, 16).getUint32(0, true)
    expect(said).toEqual(body.subarray(20, 20 + inBody))
    const view = new DataView(content.buffer, content.byteOffset + said.length)
    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([reference.checksum, reference.bytes])
    expect(head.length).toBeLessThan(200)
    expect(notRefused(head, (damaged) => unseal('head', damaged))).toEqual([])
  })

  test('that is not the one named is refused, though it is whole', () => {
    const one = sealBlock(1, SMALL)
    const twin = sealBlock(1, { ...SMALL, payloads: [Uint8Array.of(9), Uint8Array.of(4)] })
    const other = sealBlock(2, SMALL)
    const vectors = sealBlock(1, {
      collection: NUMBER,
      kind: 'vectors',
      vector: 'title',
      ids: [],
      lsns: [],
      notBefore: 0,
      dim: 3,
      data: new Float32Array(0),
    })
    const refused = (body: Uint8Array, reference: typeof one.reference, collection = NUMBER) =>
      expect(codeOf(() => openBody(body, reference, collection))).toBe('corrupt-data')
    refused(twin.body, one.reference)
    refused(other.body, one.reference)
    refused(one.body, one.reference, NUMBER + 1)
    refused(one.body, { ...one.reference, rows: 3 })
    refused(vectors.body, { ...vectors.reference, vector: '' })
    refused(vectors.body, { ...vectors.reference, kind: 'payloads' })
    expect(codeOf(() => readBody(one.body, NUMBER, 2))).toBe('corrupt-data')
    expect(codeOf(() => readBody(undefined, NUMBER, 1))).toBe('corrupt-data')
  })

  test('whose counts lie under a right checksum is refused before memory is taken for them', () => {
    const { body } = sealBlock(1, SMALL)
    const content = body.slice(16)
    // collection, block, kind, name, dim and not-before stand before the count of ids.
    const countAt = 4 + 8 + 8 + 1 + 4 + 4 + 8
    expect(new DataView(content.buffer).getUint32(countAt, true)).toBe(2)
    content.set([0xff, 0xff, 0xff, 0xff], countAt)
    expect(codeOf(() => readBody(seal('block', content), NUMBER, 1))).toBe('corrupt-data')
    const headless = body.slice(16)
    headless.set([0xff, 0xff, 0xff, 0xff], 0)
    expect(codeOf(() => readBody(seal('block', headless), NUMBER, 1))).toBe('corrupt-data')
  })
})

test('rows are cut so that each part fills a block, a larger row has one to itself, and none is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300)), fc.integer({ min: 1, max: 200 }), (sizes, blockBytes) => {
      const ends = cuts(sizes.length, blockBytes, (i) => sizes[i]!)
      expect(ends.at(-1) ?? 0).toBe(sizes.length)
      const parts = ends.map((end, i) => sizes.slice(ends[i - 1] ?? 0, end))
      expect(parts.flat()).toEqual(sizes)
      const sum = (part: readonly number[]) => part.reduce((a, b) => a + b, 0)
      for (const [i, part] of parts.entries()) {
        expect(part.length).toBeGreaterThan(0)
        if (part.filter((size) => size > 0).length > 1) expect(sum(part)).toBeLessThanOrEqual(blockBytes)
        // It ends where the next row did not fit.
        if (i + 1 < parts.length) expect(sum(part) + parts[i + 1]![0]!).toBeGreaterThan(blockBytes)
      }
    }),
  )
})
