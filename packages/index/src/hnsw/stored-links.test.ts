import { expect, test } from 'vitest'
import { HnswIndex } from '../hnsw-index.ts'
import { METRICS } from '../metric-code.ts'
import { clusters } from '../testing/data.ts'
import { seeded } from '../testing/random.ts'
import type { HnswIndexOptions } from './options.ts'
import { finish } from './slices.ts'
import type { PackedLinks } from './stored-links.ts'

const DIM = 16
const COUNT = 9_000
/** No offset. */
const NOWHERE = 0xffff_ffff
/** A scan costs so much here that a walk is always worth it. */
const NO_SCANS = { exactUpTo: 0, costs: { scan: 1e6, gather: 1e6 } }

async function indexOf(vectors: Float32Array, options: Partial<HnswIndexOptions> = {}): Promise<HnswIndex> {
  const index = await HnswIndex.create({ dim: DIM, metric: 'cosine', graph: 'background', planner: NO_SCANS, ...options })
  index.addMany(vectors)
  return index
}

async function linked(options: Partial<HnswIndexOptions> = {}, count = COUNT) {
  const rows = clusters(7, DIM, 40, 0.4)
  const vectors = rows(count)
  const index = await indexOf(vectors, options)
  for (const _ of index.linkSteps());
  return { index, vectors, rows }
}

const packed = (index: HnswIndex): PackedLinks => finish(index.packLinks())!
const bytesOf = ({ pieces }: PackedLinks): Uint8Array[] => pieces.map(({ bytes }) => bytes)

/** The vectors of some offsets, one behind the other. */
function rowsOf(index: HnswIndex, offsets: ArrayLike<number>): Float32Array {
  const rows = new Float32Array(offsets.length * DIM)
  Array.from(offsets).forEach((offset, i) => void rows.set(index.vector(offset), i * DIM))
  return rows
}

function restore(index: HnswIndex, links: PackedLinks, offsets: Uint32Array): HnswIndex {
  for (const _ of index.restoreLinks(bytesOf(links), offsets));
  return index
}

test.each(METRICS)("an index of '%s' with its links restored walks as the one that was packed", async (metric) => {
  const { index, vectors, rows } = await linked({ metric })
  const links = packed(index)
  expect(links.pieces.length).toBeGreaterThan(1)
  const other = restore(await indexOf(vectors, { metric }), links, links.offsets)
  expect([other.hasGraph, other.isLinkingDue]).toEqual([true, false])
  for (let i = 0; i < 50; i++) {
    const query = rows(1)
    expect(other.search(query, 10, { ef: 40 })).toEqual(index.search(query, 10, { ef: 40 }))
    expect(other.explain(query, 10).path).toBe('graph')
  }
  expect(packed(other)).toEqual(links)
})

test('what was deleted before it was packed is in none of its rows', async () => {
  const { index } = await linked()
  for (let offset = 0; offset < COUNT; offset += 3) index.delete(offset)
  for (const _ of index.linkSteps());
  const links = packed(index)
  // But for what no walk reached any more.
  expect(links.offsets.length).toBeGreaterThan(0.99 * (COUNT - COUNT / 3))
  expect([...links.offsets].filter((offset) => offset % 3 === 0)).toEqual([])
  const other = await indexOf(rowsOf(index, links.offsets))
  restore(other, links, Uint32Array.from(links.offsets.keys()))
  expect(other.checkRecall(10)).toBeGreaterThan(0.95)
})

test.each([
  ['here and there', (random: () => number) => (_: Float32Array) => random() < 0.2],
  ['where many lie together', () => (vector: Float32Array) => vector[0]! > 0.7],
  ['half of it', (random: () => number) => (_: Float32Array) => random() < 0.5],
])('links are led past what was deleted since, %s', async (_, choosing) => {
  const { index } = await linked()
  const links = packed(index)
  const isGone = choosing(seeded(3))
  const kept = links.offsets.filter((offset) => !isGone(index.vector(offset)))
  expect(kept.length).toBeLessThan(0.95 * COUNT)
  const other = await indexOf(rowsOf(index, kept))
  const place = new Map(Array.from(kept, (offset, i) => [offset, i]))
  restore(
    other,
    links,
    links.offsets.map((offset) => place.get(offset) ?? NOWHERE),
  )
  expect(other.hasGraph).toBe(true)
  // What the entry does not reach any more is linked with what is new.
  for (const _ of other.linkSteps());
  expect(other.checkRecall(10)).toBeGreaterThan(0.95)
  const isMissed = (offset: number) => other.search(other.vector(offset), 1, { path: 'graph', ef: 60 }).distances[0]! > 1e-6
  expect(Array.from(kept.keys()).filter(isMissed).length).toBeLessThan(0.002 * kept.length)
})

test('what was added since is found by a scan, and then linked', async () => {
  const { index, vectors, rows } = await linked()
  const links = packed(index)
  const other = await indexOf(vectors)
  const later = rows(500)
  other.addMany(later)
  restore(other, links, links.offsets)
  expect(other.isLinkingDue).toBe(true)
  const query = later.slice(0, DIM)
  expect(other.explain(query, 10)).toMatchObject({ path: 'graph', unlinked: 500 })
  expect(other.search(query, 10).offsets[0]).toBe(COUNT)
  for (const _ of other.linkSteps());
  expect(other.explain(query, 10).unlinked).toBe(0)
  expect(other.checkRecall(10)).toBeGreaterThan(0.95)
})

test('between the slices of either, vectors may come and go', async () => {
  const { index, vectors, rows } = await linked()
  const packing = index.packLinks()
  let step = packing.next()
  for (let i = 0; !step.done; step = packing.next(), i++) {
    index.delete(i * 2)
    index.add(rows(1))
  }
  const links = step.value!
  expect(links.offsets).toHaveLength(COUNT)
  const other = await indexOf(vectors)
  const added: Float32Array[] = []
  for (const _ of other.restoreLinks(bytesOf(links), links.offsets)) {
    other.delete(added.length * 2)
    added.push(rows(1))
    other.add(added.at(-1)!)
  }
  for (const _ of other.linkSteps());
  for (const [i, row] of added.entries()) {
    expect(other.search(row, 1).offsets[0]).toBe(COUNT + i)
    expect(other.search(vectors.subarray(i * 2 * DIM, (i * 2 + 1) * DIM), 1).offsets[0]).not.toBe(i * 2)
  }
  expect(other.checkRecall(10)).toBeGreaterThan(0.95)
})

test('links are packed as they were when that began; none where there are none', async () => {
  const { index, rows } = await linked()
  expect(finish((await indexOf(rows(2_000))).packLinks())).toBeUndefined()
  const packing = index.packLinks()
  packing.next()
  index.addMany(rows(COUNT))
  for (const _ of index.linkSteps());
  const links = finish(packing)!
  expect(links.offsets).toHaveLength(COUNT)
})

/** Half a dozen tight clusters, each of which can be reached by way of a few vectors alone. */
const islands = (count: number) => clusters(11, DIM, 40, 0.1)(count)

test('however much is deleted, what is found by default is what is promised: compacted, packed, read again', async () => {
  const index = await HnswIndex.create({ dim: DIM, metric: 'l2', graph: 'background' })
  const vectors = islands(24_000)
  index.addMany(vectors)
  for (const _ of index.linkSteps());
  const before = packed(index)
  const random = seeded(5)
  for (const share of [0.1, 0.3, 0.6]) {
    for (let offset = 0; offset < index.count; offset++) if (random() < share) index.delete(offset)
    for (const _ of index.linkSteps());
    for (const links of [packed(index), before]) {
      const kept = links.offsets.filter((offset) => isLive(index, offset))
      const other = await HnswIndex.create({ dim: DIM, metric: 'l2', graph: 'background' })
      other.addMany(rowsOf(index, kept))
      const place = new Map(Array.from(kept, (offset, i) => [offset, i]))
      restore(
        other,
        links,
        links.offsets.map((offset) => place.get(offset) ?? NOWHERE),
      )
      expect(other.checkRecall(10)).toBeGreaterThan(0.97)
      for (const _ of other.linkSteps());
      expect([other.checkRecall(10) > 0.97, other.isLinked]).toEqual([true, true])
      other.close()
    }
    const copy = index.compacted()
    expect(copy.checkRecall(10)).toBeGreaterThan(0.97)
    for (const _ of copy.linkSteps());
    expect(copy.checkRecall(10)).toBeGreaterThan(0.97)
    copy.close()
  }
})

const isLive = (index: HnswIndex, offset: number): boolean => {
  const allow = new Uint8Array(Math.ceil(index.count / 8))
  allow[offset >> 3] = 1 << (offset & 7)
  return index.search(index.vector(offset), 1, { allow, path: 'f32' }).offsets.length === 1
}

test('a row that links to itself and is gone is led past', async () => {
  const { index, vectors } = await linked({}, 1_500)
  const links = packed(index)
  const bytes = bytesOf(links)[0]!.slice()
  const view = new DataView(bytes.buffer)
  // Behind the header, the settings, the places, counts and levels: the first link of the first row.
  const linksAt = 24 + 4 + view.getUint32(24, true) + 1_500 * 6
  view.setUint32(linksAt, 0, true)
  const other = await indexOf(vectors)
  for (const _ of other.restoreLinks(
    [bytes],
    links.offsets.map((offset, row) => (row === 0 ? NOWHERE : offset)),
  ));
  expect(other.hasGraph).toBe(true)
})

test('an index that has a graph keeps it', async () => {
  const { index, rows } = await linked({}, 2_000)
  const links = packed(index)
  const { index: other } = await linked({}, 2_000)
  const query = rows(1)
  const before = other.search(query, 10, { ef: 20 })
  restore(other, links, links.offsets.toReversed())
  expect(other.search(query, 10, { ef: 20 })).toEqual(before)
})

test('what is not all of one graph is corrupt data, and changes nothing', async () => {
  const { index, vectors } = await linked()
  const { index: shorter } = await linked({}, 2_000)
  const links = packed(index)
  const bytes = bytesOf(links)
  const other = await indexOf(vectors)
  const corrupt = expect.objectContaining({ code: 'corrupt-data' })
  const finishing =
    (pieces: Uint8Array[], offsets = links.offsets) =>
    () => {
      for (const _ of other.restoreLinks(pieces, offsets));
    }
  const cases = [
    [],
    bytes.slice(1),
    bytes.slice(0, -1),
    bytes.toReversed(),
    [...bytes, bytes[1]!],
    [bytes[0]!, ...bytesOf(packed(shorter))],
    bytes.map((piece) => piece.subarray(0, -4)),
    bytes.map((piece) => Uint8Array.of(...piece.subarray(0, 64), 1, 2, 3, 4)),
    [new Uint8Array(0)],
  ]
  for (const pieces of cases) expect(finishing(pieces)).toThrow(corrupt)
  expect(finishing(bytes, links.offsets.slice(1))).toThrow(corrupt)
  expect(
    finishing(
      bytes,
      links.offsets.map((offset) => offset >> 1),
    ),
  ).toThrow(corrupt)
  const { index: wider } = await linked({ m: 8 }, 2_000)
  expect(finishing(bytesOf(packed(wider)))).toThrow(corrupt)
  expect([other.hasGraph, other.isLinkingDue]).toEqual([false, true])
  finishing(bytes)()
  expect(other.hasGraph).toBe(true)
})

test('any changed bytes are links that can be walked, or corrupt data', async () => {
  const { index, vectors } = await linked({}, 1_500)
  const links = packed(index)
  const [piece] = bytesOf(links)
  const random = seeded(11)
  for (let i = 0; i < 300; i++) {
    const changed = piece!.slice()
    for (let j = 0; j < 3; j++) changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256)
    const other = await indexOf(vectors)
    try {
      for (const _ of other.restoreLinks([changed], links.offsets));
    } catch (error) {
      expect(error).toMatchObject({ code: 'corrupt-data' })
      continue
    }
    for (const _ of other.linkSteps());
    expect(other.search(vectors.subarray(0, DIM), 5, { path: 'graph', ef: 20 }).offsets.length).toBe(5)
  }
})
