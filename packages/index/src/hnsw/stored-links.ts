import { ByteReader, ByteWriter } from '@voisin/bytes'
import { CorruptDataError } from '@voisin/spec'
import type { Links } from './links.ts'
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
 * Packs the links among live vectors, a piece to a step. Between steps vectors may be added and deleted.
 * @returns Undefined where there is no graph, or where its nodes were called otherwise meanwhile.
 */
export function* packLinks({ space, table, graph, searcher }: HnswParts): Generator<void, PackedLinks | undefined> {
  const { generation, linked, exists } = graph
  const offsets = table.liveOffsets(table.count).filter((offset) => table.nodeOf(offset) < linked)
  if (!exists || offsets.length === 0) return undefined
  const rowOf = new Uint32Array(table.count).fill(NO_NODE)
  for (const [row, offset] of offsets.entries()) rowOf[table.nodeOf(offset)] = row
  const places = new Uint32Array(offsets.length)
  let place = 0
  for (const row of rowOf) if (row !== NO_NODE) places[row] = place++
  const { m, m0 } = space.parameters
  const settings = JSON.stringify(searcher.measured)
  const entry = entryRow(offsets, (offset) => space.u8[space.regions.at.levels + table.nodeOf(offset)]!)
  const pieces: LinksPiece[] = []
  for (let first = 0; first < offsets.length; first += ROWS_AT_ONCE) {
    yield
    if (graph.generation !== generation) return undefined
    // Memory may have moved.
    const { u8, u32, regions } = space
    const { at } = regions
    const nodes = Array.from(offsets.subarray(first, first + ROWS_AT_ONCE), (offset) => table.nodeOf(offset))
    const rowsAt = (start: number, size: number): number[] => {
      const rows: number[] = []
      for (let i = start; i < start + size; i++) {
        const row = rowOf[u32[i]!] ?? NO_NODE
        if (row !== NO_NODE) rows.push(row)
      }
      return rows
    }
    const links = nodes.map((node) => rowsAt(at.links / 4 + node * m0, u8[at.linkCounts + node]!))
    const writer = new ByteWriter(64 + nodes.length * (m0 + 4) * 4)
    for (const word of [MAGIC, offsets.length, first, nodes.length, m, entry]) writer.u32(word)
    writer.string(first === 0 ? settings : '')
    for (let i = 0; i < nodes.length; i++) writer.u32(places[first + i]!)
    for (const { length } of links) writer.u8(length)
    for (const node of nodes) writer.u8(u8[at.levels + node]!)
    for (const list of links) for (const row of list) writer.u32(row)
    for (const node of nodes) {
      for (let level = 0; level < u8[at.levels + node]!; level++) {
        const record = at.arena / 4 + (u32[at.uppers / 4 + node]! + level) * (m + 1)
        const list = rowsAt(record + 1, u32[record]!)
        for (const word of [list.length, ...list]) writer.u32(word)
      }
    }
    pieces.push({ rows: nodes.length, bytes: writer.finish() })
  }
  return { offsets, pieces }
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
  let into: Omit<UnpackedLinks, 'arena' | 'records'> | undefined
  const arena: number[] = []
  let done = 0
  for (const bytes of pieces) {
    yield
    const reader = new ByteReader(bytes)
    const [magic, rows, first, here, itsM, entry] = Array.from({ length: 6 }, () => reader.u32()) as Six
    const settings = reader.string()
    const isNext = magic === MAGIC && itsM === m && first === done && here <= rows - first && entry < rows
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

/** The row that walks begin at: the first of the highest level. */
function entryRow(offsets: Uint32Array, levelOf: (offset: number) => number): number {
  let best = 0
  let highest = -1
  for (const [row, offset] of offsets.entries()) {
    const level = levelOf(offset)
    if (level > highest) [best, highest] = [row, level]
  }
  return best
}

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
