import { checksum } from '@voisin/bytes'
import { CorruptDataError, type Metric, UnsupportedError } from '@voisin/spec'
import { checkVectors } from '../check-vectors.ts'
import { MAX_DIM } from '../layout.ts'
import { METRICS, metricCode } from '../metric-code.ts'
import type { Graph } from './graph.ts'
import { areNumbers, isMeasured, type Measured } from './measured.ts'
import type { HnswIndexOptions } from './options.ts'
import { graphParameters } from './parameters.ts'
import type { HnswParts } from './parts.ts'
import { finish } from './slices.ts'
import { NO_NODE, type Space, vectorsPerRecord } from './space.ts'
import type { VectorTable } from './vector-table.ts'

// An index as bytes, little-endian. Codes and bits are not in them: they follow from the vectors, the clip and the means.
//   0        8         12         16              20
//   ├ magic ─┼ version ┼ checksum ┼ settings bytes ┼ settings: UTF-8 JSON ┼ zeros to a multiple of 4 ┤
//   ├ vectors: count × dim f32, as they were given, in order of offset ┼ means: dim f32 ─────────────┤
//   ├ with a graph: offsetOf: count u32 ┼ links: Σ linkCounts u32 ┼ uppers: u32 of every node of level ≥ 1 ┼ arena: records × (m + 1) u32 ┤
//   ├ with a graph: linkCounts: count u8 ┼ levels: count u8 ┤
//   ├ live: ⌈count / 8⌉ bytes: bit i & 7 of byte i >> 3 says that offset i is not deleted ┼ zeros to a multiple of 4 ┤
// The checksum is xxHash32 of everything else: the bytes before it and those after it, each summed, the two sums summed.
const MAGIC = 'VOISINHN'
const VERSION = 1
const CHECKSUM_AT = 12
const HEADER_BYTES = 20

/** Everything that is a number or a name. */
interface Settings {
  readonly dim: number
  readonly metric: number
  readonly count: number
  readonly liveCount: number
  readonly m: number
  readonly efConstruction: number
  readonly alpha: number
  readonly seed: number
  readonly buildsGraph: boolean
  readonly recall: number
  readonly learned: { readonly clip: number; readonly at: number; readonly error: number }
  readonly graph: GraphSettings | null
  readonly measured: Measured
}

interface GraphSettings {
  readonly records: number
  readonly links: number
  /** Nodes of level ≥ 1. */
  readonly raised: number
  readonly entry?: { readonly node: number; readonly level: number }
}

export function writeHnswBytes({ options, space, table, codes, graph, searcher }: HnswParts): Uint8Array {
  const { u8, u32, f32, regions, fixed, dim, metric, parameters, vectorBytes } = space
  const { m, m0, efConstruction, alpha, seed } = parameters
  const { at } = regions
  const { count, liveCount } = table
  const counts = u8.subarray(at.linkCounts, at.linkCounts + count)
  const levels = u8.subarray(at.levels, at.levels + count)
  const links = graph.exists ? counts.reduce((sum, links) => sum + links, 0) : 0
  const raised = levels.reduce((sum, level) => sum + Math.sign(level), 0)
  const settings: Settings = {
    dim,
    metric: metricCode(metric),
    count,
    liveCount,
    m,
    efConstruction,
    alpha,
    seed,
    buildsGraph: options.graph !== false,
    recall: searcher.recall,
    learned: codes.learned,
    graph: graph.exists ? { records: graph.records, links, raised, ...(space.entry && { entry: space.entry }) } : null,
    measured: searcher.measured,
  }
  const text = new TextEncoder().encode(JSON.stringify(settings))
  const places = placesOf(settings, text.length)
  const bytes = new Uint8Array(places.end)
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i)
  const header = new DataView(bytes.buffer)
  header.setUint32(8, VERSION, true)
  header.setUint32(16, text.length, true)
  bytes.set(text, HEADER_BYTES)
  const floats = new Float32Array(bytes.buffer, places.vectors, count * dim + dim)
  const rowLength = vectorBytes / 4
  for (let i = 0, from = at.vectors / 4; i < count; i++, from += rowLength) floats.set(f32.subarray(from, from + dim), i * dim)
  floats.set(f32.subarray(fixed.means / 4, fixed.means / 4 + dim), count * dim)
  if (graph.exists) {
    const words = new Uint32Array(bytes.buffer)
    words.set(u32.subarray(at.offsetOf / 4, at.offsetOf / 4 + count), places.offsetOf / 4)
    let link = places.links / 4
    let upper = places.uppers / 4
    for (let node = 0; node < count; node++) {
      const from = at.links / 4 + node * m0
      words.set(u32.subarray(from, from + counts[node]!), link)
      link += counts[node]!
      if (levels[node]! > 0) words[upper++] = u32[at.uppers / 4 + node]!
    }
    // What stands behind a record's last link is left over from others.
    for (let i = 0; i < graph.records; i++) {
      const from = at.arena / 4 + i * (m + 1)
      words.set(u32.subarray(from, from + 1 + u32[from]!), places.arena / 4 + i * (m + 1))
    }
    bytes.set(counts, places.linkCounts)
    bytes.set(levels, places.levels)
  }
  bytes.set(u8.subarray(at.live, at.live + Math.ceil(count / 8)), places.live)
  header.setUint32(CHECKSUM_AT, checksumOf(bytes), true)
  return bytes
}

/** What is in the bytes of an index: how to create it, and then to fill it. */
export interface HnswContents {
  readonly options: HnswIndexOptions
  /** For how many vectors it must have room. */
  readonly capacity: number
  /** Fills an index that was just created with these options and this capacity. */
  restore(parts: HnswParts): void
}

/**
 * @throws {CorruptDataError} They are not an index's bytes, or damaged.
 * @throws {UnsupportedError} Another version wrote them.
 */
export function readHnswBytes(given: Uint8Array): HnswContents {
  if (given.byteLength < HEADER_BYTES) throw corrupt(`at least ${HEADER_BYTES} bytes`, `${given.byteLength}`)
  // A copy where the bytes lie at an odd address, which a Float32Array cannot view. (A slice of a Node Buffer would be no copy.)
  const bytes = given.byteOffset % 4 === 0 ? given : new Uint8Array(given)
  const magic = String.fromCharCode(...bytes.subarray(0, 8))
  if (magic !== MAGIC) throw corrupt(`${MAGIC} at the start`, JSON.stringify(magic))
  const header = new DataView(bytes.buffer, bytes.byteOffset)
  const version = header.getUint32(8, true)
  if (version !== VERSION) {
    throw new UnsupportedError('These bytes were written by another version.', {
      expected: `version ${VERSION}`,
      received: `version ${version}`,
      remedy: 'Update voisin, or build the index again from the vectors.',
    })
  }
  const found = checksumOf(bytes)
  const stored = header.getUint32(CHECKSUM_AT, true)
  if (found !== stored) throw corrupt(`checksum ${stored}`, `${found}`)
  // From here on damage is out of the question; what remains is bytes that someone else made.
  const textBytes = header.getUint32(16, true)
  const settings = parseSettings(bytes.subarray(HEADER_BYTES, HEADER_BYTES + textBytes))
  const { dim, count, m, efConstruction, alpha, seed, buildsGraph, recall } = settings
  const places = placesOf(settings, textBytes)
  if (bytes.byteLength !== places.end) throw corrupt(`${places.end} bytes`, `${bytes.byteLength}`)
  const metric = METRICS[settings.metric]!
  return {
    options: { dim, metric, m, efConstruction, alpha, seed, recall, graph: buildsGraph },
    // As many records of upper levels may be in use as a larger capacity had room for.
    capacity: Math.max(count, Math.ceil((settings.graph?.records ?? 0) * vectorsPerRecord(m))),
    restore: (parts) => restore(parts, settings, bytes, places),
  }
}

function restore(
  { space, table, codes, graph, searcher }: HnswParts,
  settings: Settings,
  bytes: Uint8Array,
  places: Places,
): void {
  const { dim, count, liveCount, learned, measured } = settings
  const floats = new Float32Array(bytes.buffer, bytes.byteOffset + places.vectors, count * dim + dim)
  table.reserve(count)
  const vectors = floats.subarray(0, count * dim)
  table.write(vectors, checkedNorms(vectors, dim, space.metric))
  table.take(count)
  const live = bytes.subarray(places.live, places.live + Math.ceil(count / 8))
  for (let offset = 0; offset < count; offset++) if (((live[offset >> 3]! >> (offset & 7)) & 1) === 0) table.mark(offset)
  if (table.liveCount !== liveCount) throw corrupt(`${liveCount} live vectors`, `${table.liveCount}`)
  space.f32.set(floats.subarray(count * dim), space.fixed.means / 4)
  if (settings.graph !== null) restoreGraph(space, table, graph, settings, bytes, places)
  codes.restore(learned.clip, learned.at, learned.error)
  if (count > 0 && learned.clip > 0) finish(codes.writeAll(count))
  searcher.measured = measured
}

function restoreGraph(
  space: Space,
  table: VectorTable,
  graph: Graph,
  settings: Settings,
  bytes: Uint8Array,
  places: Places,
): void {
  const { count, m } = settings
  const { records, entry } = settings.graph!
  const { u8, u32, regions, parameters } = space
  const { at } = regions
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2)
  const counts = bytes.subarray(places.linkCounts, places.linkCounts + count)
  const levels = bytes.subarray(places.levels, places.levels + count)
  const below = (value: number, limit: number): number => {
    if (value < limit) return value
    throw corrupt(`a number below ${limit}`, String(value))
  }
  if (records > space.arenaCapacity) throw corrupt(`at most ${space.arenaCapacity} records`, String(records))
  u32.fill(NO_NODE, at.nodeOf / 4, at.nodeOf / 4 + count)
  u8.set(counts, at.linkCounts)
  u8.set(levels, at.levels)
  let link = places.links / 4
  let upper = places.uppers / 4
  for (let node = 0; node < count; node++) {
    const offset = below(words[places.offsetOf / 4 + node]!, count)
    u32[at.offsetOf / 4 + node] = offset
    if (u32[at.nodeOf / 4 + offset] !== NO_NODE) throw corrupt('one node for each offset', `two for ${offset}`)
    u32[at.nodeOf / 4 + offset] = node
    const links = below(counts[node]!, parameters.m0 + 1)
    for (let i = 0; i < links; i++) u32[at.links / 4 + node * parameters.m0 + i] = below(words[link++]!, count)
    if (levels[node]! > 0) u32[at.uppers / 4 + node] = below(words[upper++]!, Math.max(0, records - levels[node]! + 1))
  }
  if (link !== places.uppers / 4 || upper !== places.arena / 4) throw corrupt('as many links and levels as are said', 'others')
  for (let i = 0; i < records; i++) {
    const from = places.arena / 4 + i * (m + 1)
    const to = at.arena / 4 + i * (m + 1)
    const links = below(words[from]!, m + 1)
    u32[to] = links
    for (let j = 1; j <= links; j++) u32[to + j] = below(words[from + j]!, count)
  }
  // A walk on a level goes by nodes that are on it.
  for (let node = 0; node < count; node++) {
    for (let level = 1; level <= levels[node]!; level++) {
      const record = at.arena / 4 + (u32[at.uppers / 4 + node]! + level - 1) * (m + 1)
      for (let j = 1; j <= u32[record]!; j++) below(level - 1, levels[u32[record + j]!]!)
    }
  }
  if (entry !== undefined && levels[below(entry.node, count)] !== entry.level) {
    throw corrupt(`an entry of level ${levels[entry.node]}`, String(entry.level))
  }
  let deadCount = 0
  for (let node = 0; node < count; node++) if (counts[node]! > 0 && !table.isLive(u32[at.offsetOf / 4 + node]!)) deadCount++
  graph.restore(records, entry, deadCount, count)
}

interface Places {
  readonly vectors: number
  readonly offsetOf: number
  readonly links: number
  readonly uppers: number
  readonly arena: number
  readonly linkCounts: number
  readonly levels: number
  readonly live: number
  readonly end: number
}

function placesOf({ count, dim, m, graph }: Settings, textBytes: number): Places {
  const vectors = HEADER_BYTES + Math.ceil(textBytes / 4) * 4
  const offsetOf = vectors + (count + 1) * dim * 4
  const links = offsetOf + (graph === null ? 0 : count * 4)
  const uppers = links + (graph?.links ?? 0) * 4
  const arena = uppers + (graph?.raised ?? 0) * 4
  const linkCounts = arena + (graph?.records ?? 0) * (m + 1) * 4
  const levels = linkCounts + (graph === null ? 0 : count)
  const live = levels + (graph === null ? 0 : count)
  return {
    vectors,
    offsetOf,
    links,
    uppers,
    arena,
    linkCounts,
    levels,
    live,
    end: Math.ceil((live + Math.ceil(count / 8)) / 4) * 4,
  }
}

function parseSettings(text: Uint8Array): Settings {
  let settings: Settings
  try {
    settings = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
  } catch (cause) {
    throw corrupt('settings', 'something else', cause)
  }
  if (!isPossible(settings)) throw corrupt('possible settings', 'impossible ones')
  return settings
}

function isPossible(settings: Settings): boolean {
  if (typeof settings !== 'object' || settings === null) return false
  const { dim, metric, count, liveCount, recall, learned, graph, measured } = settings
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
  try {
    graphParameters(settings)
  } catch {
    return false
  }
  return (
    isCount(dim) &&
    dim >= 1 &&
    dim <= MAX_DIM &&
    METRICS[metric] !== undefined &&
    isCount(count) &&
    isCount(liveCount) &&
    Number.isFinite(recall) &&
    recall >= 0 &&
    recall <= 1 &&
    areNumbers(learned, ['clip', 'at', 'error']) &&
    (graph === null || (isCount(graph?.records) && isCount(graph.links) && isCount(graph.raised))) &&
    isMeasured(measured)
  )
}

function checkedNorms(vectors: Float32Array, dim: number, metric: Metric): Float32Array {
  try {
    return checkVectors(vectors, dim, metric)
  } catch (cause) {
    throw corrupt('vectors that an index takes', 'one that none would have taken', cause)
  }
}

// Of two parts, because the checksum's own four bytes lie between them.
function checksumOf(bytes: Uint8Array): number {
  const parts = new Uint32Array([checksum(bytes.subarray(0, CHECKSUM_AT)), checksum(bytes.subarray(CHECKSUM_AT + 4))])
  return checksum(new Uint8Array(parts.buffer))
}

function corrupt(expected: string, received: string, cause?: unknown): CorruptDataError {
  return new CorruptDataError('These are not the whole bytes of an index.', {
    expected,
    received,
    remedy: 'Build the index again from the vectors.',
    cause,
  })
}
