import { HEADER_BYTES, type ModelHeader, readHeader } from './model-header.ts'
import { refusal } from './refusal.ts'
import { readStrings, type StringList } from './string-list.ts'
import { countCodePoints } from './utf8.ts'
import { hashOf, WordTable } from './word-table.ts'

// A piece of so many code points that is also a word has the word's row.
const SHARES_FROM = 5

/** What a model's file holds. The last three are views of the file. */
export interface ModelFile {
  readonly header: ModelHeader
  readonly words: WordTable
  readonly pieces: StringList
  /** One for each piece. */
  readonly costs: Uint8Array
  /** The row of each piece. */
  readonly pieceRows: Uint32Array
  /** parts × 256 × (dim / parts) */
  readonly centroids: Int8Array
  /** One for each row. */
  readonly levels: Uint8Array
  /** rows × parts */
  readonly codes: Uint8Array
}

/**
 * Reads a model's file, of which it keeps the bytes: they must not change.
 * @throws {ModelLoadError} Not such a file, cut off, altered, of another version, or with impossible counts.
 */
export function readModelFile(bytes: Uint8Array, isVerified: boolean = false): ModelFile {
  const header = readHeader(bytes, isVerified)
  const { dim, rows, wordBytes, pieceBytes } = header
  const wordsEnd = HEADER_BYTES + wordBytes
  const piecesEnd = wordsEnd + pieceBytes
  const centroidsEnd = piecesEnd + dim * 256
  const words = new WordTable(readStrings(bytes.subarray(HEADER_BYTES, wordsEnd), header.words))
  if (header.pieces > pieceBytes) throw refusal(`at most ${pieceBytes} pieces`, `${header.pieces}`)
  const costs = new Uint8Array(header.pieces)
  const pieces = readStrings(bytes.subarray(wordsEnd, piecesEnd), header.pieces, costs)
  return {
    header,
    words,
    pieces,
    costs,
    pieceRows: rowsOfPieces(pieces, words, header),
    centroids: new Int8Array(bytes.buffer, bytes.byteOffset + piecesEnd, dim * 256),
    levels: bytes.subarray(centroidsEnd, centroidsEnd + rows),
    codes: bytes.subarray(centroidsEnd + rows),
  }
}

function rowsOfPieces({ count, bytes, starts }: StringList, words: WordTable, { longest, rows }: ModelHeader): Uint32Array {
  const pieceRows = new Uint32Array(count)
  let next = words.count
  for (let i = 0; i < count; i++) {
    const start = starts[i]!
    const end = starts[i + 1]!
    const length = countCodePoints(bytes, start, end)
    if (length > longest) throw refusal(`pieces of at most ${longest} code points`, `${length} in piece ${i}`)
    const word = length < SHARES_FROM ? -1 : words.find(bytes, start, end, hashOf(bytes, start, end))
    pieceRows[i] = word < 0 ? next++ : word
  }
  if (next !== rows) throw refusal(`${next} rows`, `${rows}`)
  return pieceRows
}
