import { ByteReader, ByteWriter } from '@voisin/bytes'
import { CorruptDataError } from '@voisin/spec'

// A pack holds some documents' words, row by row in order of offset, without their texts:
//   ├ rows u32 ┼ words of each row, varint … ┤
//   ├ terms u32 ┼ for each: UTF-16 units, postings, varints ┼ all terms, one behind the other (string) ┤
//   ├ by term, its postings: 2 · (row − row before) + (1 where a count follows), varint ┼ count, varint ┼ … ┤
// The row before a term's first is −1; without a count it is 1.

/** What finds the words of a pack, and how it is laid out: one that names another is no use. To be changed with either. */
export const MAKER = 'words-1'

/** A row that is not to be taken. */
export const NOWHERE = 0xffff_ffff

/** One pack while it is written, term after term. */
export class PackWriter {
  readonly #lengths: readonly number[]
  readonly #terms: string[] = []
  /** By term, how many postings it has. */
  readonly #counts: number[] = []
  readonly #postings = new ByteWriter(1024)
  #term = -1
  #row = -1

  /** @param lengths Words of each row. */
  constructor(lengths: readonly number[]) {
    this.#lengths = lengths
  }

  /** Terms must come one after the other, and rows ascending within each. */
  add(term: number, stem: string, row: number, count: number): void {
    if (term !== this.#term) {
      this.#term = term
      this.#row = -1
      this.#terms.push(stem)
      this.#counts.push(0)
    }
    this.#counts[this.#counts.length - 1]!++
    const step = 2 * (row - this.#row)
    this.#row = row
    this.#postings.varint(count === 1 ? step : step + 1)
    if (count !== 1) this.#postings.varint(count)
  }

  finish(): Uint8Array {
    const postings = this.#postings.finish()
    const writer = new ByteWriter(postings.length * 2)
    writer.u32(this.#lengths.length)
    for (const length of this.#lengths) writer.varint(length)
    writer.u32(this.#terms.length)
    this.#terms.forEach(({ length }, i) => {
      writer.varint(length)
      writer.varint(this.#counts[i]!)
    })
    writer.string(this.#terms.join(''))
    writer.bytes(postings)
    return writer.finish()
  }
}

/** What a pack is read into. */
export interface PackTarget {
  /** A row and how many words it has. */
  addDocument(offset: number, words: number): void
  /** Postings of a term, at `rows` ascending of which `offsets` says where they go; the first `count` of both arrays. */
  addPostings(stem: string, offsets: Uint32Array, counts: Uint32Array, count: number): void
}

/**
 * @param offsets By row, where it goes; `NOWHERE` where it is not taken.
 * @throws {CorruptDataError} The bytes are no pack of so many rows; part of it may have been taken.
 */
export function readPack(bytes: Uint8Array, offsets: Uint32Array, target: PackTarget): void {
  const reader = new ByteReader(bytes)
  const rows = reader.u32()
  if (rows !== offsets.length) throw new CorruptDataError('A pack of words has other rows than its name says.')
  for (const offset of offsets) {
    const words = reader.varint()
    if (offset !== NOWHERE) target.addDocument(offset, words)
  }
  const units: number[] = []
  const counts: number[] = []
  for (let left = reader.u32(); left > 0; left--) {
    units.push(reader.varint())
    counts.push(reader.varint())
  }
  const terms = reader.string()
  const postings = new PostingReader(reader.bytes(reader.left), offsets)
  let start = 0
  for (const [i, length] of units.entries()) {
    const taken = postings.read(counts[i]!)
    if (taken > 0) target.addPostings(terms.slice(start, start + length), postings.offsets, postings.counts, taken)
    start += length
  }
  if (!postings.isAtEnd || start !== terms.length) throw damaged()
}

/** Reads the postings of one term after the other. */
class PostingReader {
  /** Of the term that was read last. */
  readonly offsets: Uint32Array
  readonly counts: Uint32Array
  readonly #bytes: Uint8Array
  readonly #offsetOf: Uint32Array
  #at = 0

  constructor(bytes: Uint8Array, offsetOf: Uint32Array) {
    this.#bytes = bytes
    this.#offsetOf = offsetOf
    this.offsets = new Uint32Array(offsetOf.length)
    this.counts = new Uint32Array(offsetOf.length)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** Reads so many; returns of how many the row is taken. */
  read(count: number): number {
    const bytes = this.#bytes
    const offsetOf = this.#offsetOf
    const { offsets, counts } = this
    let at = this.#at
    let row = -1
    let taken = 0
    for (let left = count; left > 0; left--) {
      let byte = bytes[at++]!
      let step = byte & 0x7f
      for (let shift = 7; byte > 0x7f; shift += 7) {
        byte = bytes[at++]!
        step |= (byte & 0x7f) << shift
      }
      let times = 1
      if ((step & 1) === 1) {
        byte = bytes[at++]!
        times = byte & 0x7f
        for (let shift = 7; byte > 0x7f; shift += 7) {
          byte = bytes[at++]!
          times |= (byte & 0x7f) << shift
        }
      }
      // A row that does not go up, or is beyond the last one, or beyond the bytes.
      if (step < 2 || at > bytes.length) throw damaged()
      row += step >> 1
      const offset = offsetOf[row]
      if (offset === undefined) throw damaged()
      if (offset === NOWHERE) continue
      offsets[taken] = offset
      counts[taken++] = times
    }
    this.#at = at
    return taken
  }
}

function damaged(): CorruptDataError {
  return new CorruptDataError('A pack of words contradicts itself.')
}
