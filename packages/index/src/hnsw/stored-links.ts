import { ByteReader, ByteWriter } from '@voisin/bytes'
import { CorruptDataError } from '@voisin/spec'
import type { Links } from './links.ts'
import { liveLinks, measuredWithout } from './live-links.ts'
import { isMeasured, type Measured } from './measured.ts'
import type { HnswParts } from './parts.ts'
import { NO_NODE } from './space.ts'

// Links as bytes, without the vectors, for whoever keeps these elsewhere. A row is a vector that is linked; rows are numbered in the order of
// offsets, and lie in pieces. Little-endian:
//   0       4      8      12     16  20          24
//   ├ magic ┼ rows ┼ first ┼ here ┼ m ┼ entry row ┼ settings: string, UTF-8 JSON ┤
//   ├ place of each row in the order of nodes, u32 ┼ how many links, u8 each ┼ highest levels, u8 each ┤
//   ├ links: Σ rows u32 ┼ by row, for each of its levels from 1 on: how many links u32, rows u32 ┤
// `rows`: of all pieces; `first`: of this one; `here`: how many. Settings stand in the first piece, and are empty in the others.
const MAGIC = 0x314b4e4c
/** Rows of a piece: a little below a megabyte with 32 links each. */
const ROWS_AT_ONCE = 7_168
const MOST_LEVEL = 15

/** A graph as bytes. */
export interface PackedLinks {
  /** By row, ascending. */
  readonly offsets: Uint32Array
  readonly pieces: readonly LinksPiece[]
}

export interface LinksPiece {
  readonly rows: number
  readonly bytes: Uint8Array
}

/**
 * Packs the links among live vectors as they are at this moment, led past those that are deleted; a piece to a step. Between steps vectors may be
 * added and deleted.
 * @returns Undefined where there is no graph.
 */
export function* packLinks(parts: HnswParts): Generator<void, PackedLinks | undefined> {
  const { space, graph, searcher } = parts
  const { linked } = graph
  const offsetOf = space.u32.slice(space.regions.at.offsetOf / 4, space.regions.at.offsetOf / 4 + linked)
  const { m, m0 } = space.parameters
  const { measured } = searcher
  const live = yield* liveLinks(parts)
  if (live === undefined) return undefined
  const { order, levels, linkCounts, links, uppers, arena } = live
  const settings = JSON.stringify(measuredWithout(measured, linked - order.length, linked))
  const nodes = order.toSorted((a, b) => offsetOf[a]! - offsetOf[b]!)
  const rowOf = new Uint32Array(linked)
  const placeOf = new Uint32Array(linked)
  nodes.forEach((node, row) => {
    rowOf[node] = row
  })
  order.forEach((node, place) => {
    placeOf[node] = place
  })
  const pieces: LinksPiece[] = []
  for (let first = 0; first < nodes.length; first += ROWS_AT_ONCE) {
    yield
    const here = nodes.subarray(first, first + ROWS_AT_ONCE)
    const writer = new ByteWriter(64 + here.length * (m0 + 4) * 4)
    for (const word of [MAGIC, nodes.length, first, here.length, m, rowOf[live.entry.node]!]) writer.u32(word)
    writer.string(first === 0 ? settings : '')
    for (const node of here) writer.u32(placeOf[node]!)
    for (const node of here) writer.u8(linkCounts[node]!)
    for (const node of here) writer.u8(levels[node]!)
    for (const node of here) {
      for (let i = node * m0; i < node * m0 + linkCounts[node]!; i++) writer.u32(rowOf[links[i]!]!)
    }
    for (const node of here) {
      for (let level = 0; level < levels[node]!; level++) {
        const record = (uppers[node]! + level) * (m + 1)
        writer.u32(arena[record]!)
        for (let i = 1; i <= arena[record]!; i++) writer.u32(rowOf[arena[record + i]!]!)
      }
    }
    pieces.push({ rows: here.length, bytes: writer.finish() })
  }
  return { offsets: nodes.map((node) => offsetOf[node]!), pieces }
}

/** What pieces hold. Its nodes are rows. */
export interface UnpackedLinks extends Links {
  readonly measured: Measured
}

/**
 * Reads pieces back, one to a step.
 * @param m That of the index.
 * @throws {CorruptDataError} They are not all pieces of one graph, in their order, or not of such an index.
 */
export function* unpackLinks(pieces: readonly Uint8Array[], m: number): Generator<void, UnpackedLinks> {
  const m0 = 2 * m
  // A wrong count must not allocate: each row takes six bytes at least.
  const mostRows = pieces.reduce((sum, { length }) => sum + length, 0) / 6
  let into: Omit<UnpackedLinks, 'arena' | 'records'> | undefined
  const arena: number[] = []
  let done = 0
  for (const bytes of pieces) {
    yield
    const reader = new ByteReader(bytes)
    const [magic, rows, first, here, itsM, entry] = Array.from({ length: 6 }, () => reader.u32()) as Six
    const settings = reader.string()
    const isNext = magic === MAGIC && itsM === m && first === done && here <= rows - first && entry < rows && rows <= mostRows
    if (!isNext || (into !== undefined && (into.levels.length !== rows || into.entry.node !== entry))) throw corrupt()
    into ??= {
      order: new Uint32Array(rows).fill(NO_NODE),
      links: new Uint32Array(rows * m0),
      linkCounts: new Uint8Array(rows),
      levels: new Uint8Array(rows),
      uppers: new Uint32Array(rows),
      entry: { node: entry, level: 0 },
      measured: measuredIn(settings),
    }
    const below = (value: number, limit: number): number => {
      if (value >= limit) throw corrupt()
      return value
    }
    for (let row = first; row < first + here; row++) {
      const place = below(reader.u32(), rows)
      if (into.order[place] !== NO_NODE) throw corrupt()
      into.order[place] = row
    }
    for (let row = first; row < first + here; row++) into.linkCounts[row] = below(reader.u8(), m0 + 1)
    for (let row = first; row < first + here; row++) into.levels[row] = below(reader.u8(), MOST_LEVEL + 1)
    for (let row = first; row < first + here; row++) {
      for (let i = 0; i < into.linkCounts[row]!; i++) into.links[row * m0 + i] = below(reader.u32(), rows)
    }
    for (let row = first; row < first + here; row++) {
      into.uppers[row] = arena.length / (m + 1)
      for (let level = 0; level < into.levels[row]!; level++) {
        const size = below(reader.u32(), m + 1)
        arena.push(size)
        for (let i = 0; i < m; i++) arena.push(i < size ? below(reader.u32(), rows) : 0)
      }
    }
    reader.end()
    done += here
  }
  if (into === undefined || done !== into.levels.length) throw corrupt()
  const links = { ...into, arena: Uint32Array.from(arena), records: arena.length / (m + 1) }
  checkLevels(links, m)
  return { ...links, entry: { node: into.entry.node, level: into.levels[into.entry.node]! } }
}

type Six = [number, number, number, number, number, number]

/** A walk on a level goes by rows that are on it. */
function checkLevels({ levels, uppers, arena }: Pick<Links, 'levels' | 'uppers' | 'arena'>, m: number): void {
  for (let row = 0; row < levels.length; row++) {
    for (let level = 1; level <= levels[row]!; level++) {
      const record = (uppers[row]! + level - 1) * (m + 1)
      for (let i = 1; i <= arena[record]!; i++) if (levels[arena[record + i]!]! < level) throw corrupt()
    }
  }
}

function measuredIn(settings: string): Measured {
  let measured: unknown
  try {
    measured = JSON.parse(settings)
  } catch (cause) {
    throw corrupt(cause)
  }
  if (isMeasured(measured)) return measured
  throw corrupt()
}

function corrupt(cause?: unknown): CorruptDataError {
  return new CorruptDataError('These are not the links of such an index.', { remedy: 'Link the vectors anew.', cause })
}
