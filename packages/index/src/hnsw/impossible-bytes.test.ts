import { isVoisinError } from '@voisin/spec'
import { beforeAll, expect, test } from 'vitest'
import { FlatIndex } from '../flat-index.ts'
import { HnswIndex } from '../hnsw-index.ts'
import { clusters } from '../testing/data.ts'
import { type OpenBytes, openBytes, reseal, sealBytes } from '../testing/hnsw-bytes.ts'
import { seeded } from '../testing/random.ts'

// Bytes that no index wrote and whose checksum is right. Whoever made them: they are refused, or answered from rightly.

const DIM = 2
const COUNT = 1100
let bytes: Uint8Array
let vectors: Float32Array

beforeAll(async () => {
  const index = await HnswIndex.create({ dim: DIM, metric: 'cosine', m: 4, efConstruction: 20 })
  vectors = clusters(3, DIM, 20)(COUNT)
  index.addMany(vectors)
  bytes = index.toBytes()
})

async function codeOf(changed: Uint8Array): Promise<string> {
  try {
    await HnswIndex.from(changed)
    return 'taken for whole'
  } catch (error) {
    return isVoisinError(error) ? error.code : String(error)
  }
}

/** The place of the first link of the first node above level 0. */
const firstUpperLink = ({ uppers, settings }: OpenBytes): number => uppers[0]! * (settings.m + 1) + 1
const links = (open: OpenBytes) => open.links
const linkCounts = (open: OpenBytes) => open.linkCounts
const offsetOf = (open: OpenBytes) => open.offsetOf
const levels = (open: OpenBytes) => open.levels
const arena = (open: OpenBytes) => open.arena
const settings = (open: OpenBytes) => open.settings
const graph = (open: OpenBytes) => open.settings.graph
const entry = (open: OpenBytes) => open.settings.graph.entry
const tunings = (open: OpenBytes) => open.settings.measured.tunings

/** What is changed: a part, where in it, and to what; `undefined` takes it out. */
type Change = readonly [
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: settings are anything
  part: (open: OpenBytes) => any,
  at: number | string | ((open: OpenBytes) => number),
  to: unknown,
]

const withCount = (count: number) => (open: OpenBytes) => open.linkCounts.indexOf(count)

const CHANGES: readonly Change[] = [
  ['a link to a node that is not there', links, 500, COUNT],
  ['a link to no node', links, 0, 0xffffffff],
  ['more links than a node can have', linkCounts, 7, 9],
  ['one link less than there are', linkCounts, withCount(5), 4],
  ['one link more than there are', linkCounts, withCount(5), 6],
  ['a node without a vector', offsetOf, 3, COUNT],
  ['two nodes with the same vector', offsetOf, 3, ({ offsetOf }: OpenBytes) => offsetOf[4]],
  ['a record beyond the last', ({ uppers }) => uppers, 0, ({ settings }: OpenBytes) => settings.graph.records],
  ['a level whose records reach beyond the last', levels, ({ levels }) => levels.findLastIndex((level) => level > 0), 200],
  ['a node of a level for which it has no record', levels, ({ levels }) => levels.indexOf(0), 1],
  ['more links than a record has', arena, (open) => firstUpperLink(open) - 1, 5],
  ['a link of a record to a node that is not there', arena, firstUpperLink, COUNT],
  ['a link of level 1 to a node of level 0', arena, firstUpperLink, ({ levels }: OpenBytes) => levels.indexOf(0)],
  ['more records than fit', graph, 'records', 10_000],
  ['a graph that is none', settings, 'graph', 7],
  ['an entry that is not there', entry, 'node', COUNT],
  ['an entry between two nodes', entry, 'node', 0.5],
  ['an entry before the first node', entry, 'node', -1],
  ['an entry of a level that it is not on', entry, 'level', 14],
  ['an entry of no level', entry, 'level', undefined],
  ['fewer live vectors than are marked', settings, 'liveCount', COUNT - 1],
  ['more live vectors than there are', settings, 'liveCount', COUNT + 1],
  ['more vectors than there are', settings, 'count', COUNT + 1],
  ['no dim', settings, 'dim', undefined],
  ['a dim of 0', settings, 'dim', 0],
  ['a dim of 4,097', settings, 'dim', 4097],
  ['a metric that is not there', settings, 'metric', 3],
  ['an m that is too small', settings, 'm', 3],
  ['an m that is no number', settings, 'm', '4'],
  ['an efConstruction of 0', settings, 'efConstruction', 0],
  ['an alpha of 9', settings, 'alpha', 9],
  ['a seed below 0', settings, 'seed', -1],
  ['a recall of 7', settings, 'recall', 7],
  ['a recall that is no number', settings, 'recall', null],
  ['nothing learned', settings, 'learned', undefined],
  ['a clip that is no number', ({ settings }) => settings.learned, 'clip', 'large'],
  ['nothing measured', settings, 'measured', undefined],
  ['a tuning that is none', tunings, 0, null],
  ['a tuning without walks', (open) => tunings(open)[0], 'walks', undefined],
  ['a walk that is none', (open) => tunings(open)[0].walks, 0, null],
  ['costs that are no numbers', ({ settings }) => settings.measured, 'costs', { scan: 'much' }],
  ['an element that is not a number', ({ vectors }) => vectors, 5, Number.NaN],
  ['an element that is not finite', ({ vectors }) => vectors, 5, Number.POSITIVE_INFINITY],
  ['an element that is too large', ({ vectors }) => vectors, 5, 1e31],
]

test.each(CHANGES)('%s is refused', async (_, part, at, to) => {
  const open = openBytes(bytes)
  const value = typeof to === 'function' ? to(open) : to
  part(open)[typeof at === 'function' ? at(open) : at] = value
  expect(await codeOf(sealBytes(open))).toBe('corrupt-data')
})

test('a vector that has no direction is refused', async () => {
  const open = openBytes(bytes)
  open.vectors.fill(0, 4, 6)
  expect(await codeOf(sealBytes(open))).toBe('corrupt-data')
})

test.each([
  ['nothing', ''],
  ['null', 'null'],
  ['a number', '1'],
  ['a list', '[]'],
  ['half an object', '{"dim":2'],
  ['an empty object', '{}'],
])('settings of %s are refused', async (_, text) => {
  expect(await codeOf(sealBytes(openBytes(bytes), new TextEncoder().encode(text)))).toBe('corrupt-data')
})

test('settings that are no UTF-8 are refused', async () => {
  expect(await codeOf(sealBytes(openBytes(bytes), Uint8Array.of(0x22, 0xff, 0x22)))).toBe('corrupt-data')
})

test('settings longer than the bytes are refused', async () => {
  const changed = bytes.slice()
  new DataView(changed.buffer).setUint32(16, 0xfffffff0, true)
  reseal(changed)
  expect(await codeOf(changed)).toBe('corrupt-data')
})

test('a graph in which any number was changed is refused, or searched without a wrong answer', async () => {
  const random = seeded(11)
  const flat = await FlatIndex.create({ dim: DIM, metric: 'cosine' })
  flat.addMany(vectors)
  const names = ['offsetOf', 'links', 'uppers', 'arena', 'linkCounts', 'levels'] as const
  let taken = 0
  for (let run = 0; run < 300; run++) {
    const open = openBytes(bytes)
    const part = open[names[run % names.length]!]
    for (let i = 0; i < 1 + (run % 3); i++) {
      const at = Math.floor(random() * part.length)
      part[at] = Math.floor(random() * (part.BYTES_PER_ELEMENT === 4 ? COUNT * 1.01 : 10))
    }
    let index: HnswIndex
    try {
      index = await HnswIndex.from(sealBytes(open))
    } catch (error) {
      expect(isVoisinError(error) ? error.code : String(error)).toBe('corrupt-data')
      continue
    }
    taken++
    const query = vectors.slice((run % COUNT) * DIM, (run % COUNT) * DIM + DIM)
    const wanted = flat.search(query, 10)
    expect(index.search(query, 10, { path: 'int8' })).toEqual(wanted)
    const { offsets, distances } = index.search(query, 10, { path: 'graph', ef: 50 })
    expect(new Set(offsets).size).toBe(10)
    expect(distances).toEqual(flat.distances(query, offsets))
    index.add(query)
    index.delete(0)
    index.close()
  }
  expect(taken).toBeGreaterThan(10)
})
