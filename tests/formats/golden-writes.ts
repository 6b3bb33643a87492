import type { Document, Payload, Point, PointId } from '@voisin/spec'
import type { RecordedSchema } from './store-recorded.ts'
import type { Change } from './written-collection.ts'

// What was written into the golden databases of format version 0.

/**
 * `length` numbers of [−1, 1), the same for the same seed (mulberry32: Tommy Ettinger, 2017). Here and not shared: what was written
 * must not change with what is shared.
 */
export function vectorOf(seed: number, length: number): Float32Array {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return Float32Array.from({ length }, () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
  })
}

export const SMALL_SCHEMA: RecordedSchema = {
  dim: 3,
  metric: 'l2',
  fields: { title: 'text', 'place.name': 'text', tags: 'keyword', year: 'number', open: 'boolean', since: 'date' },
}

const note = (id: PointId, seed: number | undefined, payload: Payload): Point<Payload> => ({
  id,
  ...(seed !== undefined && { vector: vectorOf(seed, 3) }),
  payload,
})

/** Ids, payloads and changes of every kind. */
export const SMALL_CHANGES: readonly Change[] = [
  {
    upsert: [
      note('every kind', 1, {
        title: 'Lanterns at the harbour',
        zero: 0,
        minusZero: -0,
        small: 5e-324,
        large: 1.7976931348623157e308,
        third: 1 / 3,
        safe: Number.MAX_SAFE_INTEGER,
        minus: -42,
        yes: true,
        no: false,
        nothing: null,
        empty: '',
        text: 'Zürich, 東京, 👩‍🚀, \u0000, "quoted"\n',
        byteOrderMark: '\ufeffmarked',
        bigint: 5n,
        bigintZero: 0n,
        largeBigint: 2n ** 130n + 7n,
        minusBigint: -(2n ** 64n),
        date: new Date('2024-02-29T12:34:56.789Z'),
        beforeTheEpoch: new Date(-1),
        bytes: Uint8Array.of(0, 127, 128, 255),
        noBytes: new Uint8Array(0),
        list: [1, 'two', null, [3n, [new Date(0)]], {}],
        noList: [],
        nested: { z: { a: [{ b: { c: Uint8Array.of(1) } }] }, a: 1 },
        '': 'no key',
        'dotted.key': true,
      }),
      note(1, 2, { title: 'A number is its id', year: 2001, tags: ['one', 'harbour'], open: true }),
      note('1', 3, { title: 'A text is its id', year: 2002, tags: ['one'], since: new Date('1999-12-31T23:59:59.999Z') }),
      note('words only', undefined, { title: 'The lanterns, the lanterns', place: { name: 'Harbour lanterns' } }),
    ],
  },
  {
    upsert: [
      note(0, 4, { title: 'The smallest id' }),
      note(Number.MAX_SAFE_INTEGER, 5, { title: 'The largest id' }),
      note('ø/🙂 "id"\n', 6, {}),
      note('until the end', 13, { title: 'It is deleted by the last write' }),
      note('goes', 7, { title: 'It is deleted and comes again' }),
    ],
  },
  // Replaced points stay in their place in the order; one loses its vector, one gains one.
  {
    upsert: [
      note(Number.MAX_SAFE_INTEGER, 8, { title: 'Lanterns again, every lantern replaced', kinds: [null, 1n, new Date(1), 0.1] }),
    ],
  },
  { upsert: [note(1, undefined, { title: 'A number is its id, and it has no vector any more' })] },
  {
    upsert: [
      note('words only', 9, {
        title: 'The lanterns, the lanterns',
        place: { name: 'Harbour lanterns' },
        bytes: new Uint8Array(3),
      }),
    ],
  },
  {
    update: [
      { ids: ['1', 0, 'nobody'], payload: { year: 2024, tags: ['changed'], count: -1n } },
      { ids: ['every kind', 0], payload: { no: null, added: Uint8Array.of(9) } },
    ],
  },
  { delete: ['goes', 'nobody'] },
  {
    upsert: [
      note('goes', 10, { title: 'It came again, at the end', stays: 'so' }),
      note('short', 11, { title: 'It is gone at once' }),
    ],
    update: [{ ids: ['goes'], payload: { at: new Date('2030-01-01T00:00:00.000Z') } }],
    delete: ['short', 0],
  },
  { upsert: [note('last', 12, { title: 'Lanterns of the last write' })], delete: ['until the end'] },
]

export const CHECKPOINTED_SCHEMA: RecordedSchema = {
  dim: 4,
  metric: 'cosine',
  model: 'golden-model-1',
  fields: { title: 'text', body: 'text', number: 'number' },
}

/** About 8 KiB of text that repeats itself. */
const page = (number: number, title: string, seed: number | undefined = number): Point<Payload> => ({
  id: `page-${number}`,
  ...(seed !== undefined && { vector: vectorOf(seed, 4) }),
  payload: { title, body: `This is the body of page number ${number}. `.repeat(200), number, writtenAt: new Date(number * 1000) },
})
const loose = (id: PointId, title: string, seed?: number): Point<Payload> => ({
  id,
  ...(seed !== undefined && { vector: vectorOf(seed, 4) }),
  payload: { title },
})

/** One checkpoint after each: so many points that a block is kept and its dead ones are marked. */
export const CHECKPOINTED_CHANGES: readonly Change[] = [
  { upsert: Array.from({ length: 60 }, (_, number) => page(number, `Title ${number}`)) },
  { upsert: [loose(7, 'Compass', 100), loose('7', 'Compass, compass'), loose('map', 'A map', 101)] },
  {
    upsert: [page(3, 'A compass in its place', 103), page(10, 'Replaced, without a vector', undefined)],
    update: [{ ids: ['page-20', 'page-21'], payload: { title: 'Compass, compass, compass', edited: true } }],
    delete: ['page-5', 'page-6'],
  },
  { update: [{ ids: [7], payload: { weight: 12n } }], delete: ['page-50', 'page-51', 'page-52'] },
  { upsert: [page(59, 'Replaced', 159), loose('between', 'Between two checkpoints', 160)] },
]
/** After the last checkpoint. */
export const LATER_CHANGES: readonly Change[] = [
  { upsert: [page(0, 'Replaced, and first all the same', 200), loose('new', 'New', 201)] },
  { update: [{ ids: ['page-1', 'page-10'], payload: { edited: new Date('2025-05-05T05:05:05.005Z') } }] },
  { delete: ['page-2', 'map', 'page-58'] },
]

export const LARGE_SCHEMA: RecordedSchema = { dim: 4, metric: 'dot', fields: { text: 'text' } }

/** About 32 KiB of text that repeats itself; every seventh has no vector. */
const chapter = (number: number): Point<Payload> => ({
  id: number,
  ...(number % 7 !== 0 && { vector: vectorOf(number, 4) }),
  payload: { text: `Chapter ${number} tells of chapter ${number}. `.repeat(900), number },
})

export const LARGE_CHANGES: readonly Change[] = [
  {
    upsert: [
      { id: 'cover', vector: vectorOf(300, 4), payload: { text: 'The cover' } },
      { id: 9, payload: { text: 'Before its time' } },
    ],
  },
  // Above 1 MiB: its points are in blocks, which the entry names. Point 9 keeps its place in the order.
  {
    upsert: Array.from({ length: 45 }, (_, number) => chapter(number)),
    update: [{ ids: [4, 'cover'], payload: { marked: true } }],
    delete: [13, 14],
  },
  { upsert: [{ id: 20, vector: vectorOf(320, 4), payload: { text: 'A short chapter' } }] },
  { update: [{ ids: [5, 44], payload: { marked: [1n, new Date(5)] } }], delete: [21] },
]

/** Of the vectors of the golden library. */
export const LIBRARY_DIM = 16
/** What a library is given: the second is given again, changed, and the last is removed. */
export const DOCUMENTS: readonly Document[] = [
  {
    id: 'rivers.md',
    text: '# Rivers\nA river flows to the sea.\n\n## Names\nThe Rhine is a river. The Seine is another.',
    metadata: { year: 1990 },
  },
  { id: 'bread.md', text: '# Bread\nBread is flour, water and salt.', metadata: { year: 2000, tags: ['food'] } },
  {
    id: 'stars.txt',
    text: 'Stars are far away. The sun is a star, and it is near.',
    metadata: { year: 2010, at: new Date('2010-10-10T10:10:10.000Z') },
  },
  { id: 'plain', text: 'Nothing is said of this one.' },
  { id: 'removed.md', text: '# Removed\nThis document is removed again.' },
]
export const CHANGED_DOCUMENT: Document = {
  id: 'bread.md',
  text: '# Bread\nBread is flour, water, salt and yeast.\n\n## Time\nIt takes an hour in the oven.',
  metadata: { year: 2001, tags: ['food', 'oven'] },
}
export const REMOVED_DOCUMENT = 'removed.md'
