import { ByteReader, ByteWriter } from '@voisin/bytes'
import { CorruptDataError } from '@voisin/spec'
import { sizeOf } from './pair-sketches.ts'

// A pack holds some documents' words, without their texts:
//   ├ rows u32 ┼ words of each row, varint … ┼ their pairs, a byte for each word of rows of two words or more … ┤
//   ├ terms u32 ┼ for each: bytes, postings, varints ┼ all terms, one behind the other, UTF-8 ┤
//   ├ bytes of the forms u32 ┼ by term: forms, varint ┼ for each: bytes that are the term's, bytes added, varints ┼ those ┤
//   ├ by term, its postings: 2 · (row − row before) + (1 where a count follows), varint ┼ count, varint ┼ … ┤
// The row before a term's first is −1; without a count it is 1.

/** What finds the words of a pack, and how it is laid out: one that names another is no use. To be changed with either. */
export const MAKER = 'words-6'

/** Postings that are read in one step, a term counted as some: a few milliseconds. */
const COST_PER_STEP = 32_768
const TERM_COST = 8

/** A row that is not to be taken. */
export const NOWHERE = 0xffff_ffff

/** One pack while it is written, term after term. */
export class PackWriter {
  readonly #lengths: readonly number[]
  readonly #pairs: readonly Uint8Array[]
  readonly #terms = new ByteWriter(1024)
  /** By term, its bytes and how many postings it has. */
  readonly #sizes = new ByteWriter(1024)
  readonly #forms = new ByteWriter(1024)
  readonly #postings = new ByteWriter(1024)
  #termCount = 0
  // Of the term that is being written.
  #term = -1
  #termBytes = 0
  readonly #rows: number[] = []
  readonly #counts: number[] = []
  #isSorted = true

  /** @param lengths Words of each row. @param pairs Of each row, which it keeps. */
  constructor(lengths: readonly number[], pairs: readonly Uint8Array[]) {
    this.#lengths = lengths
    this.#pairs = pairs
  }

  /** Terms must come one after the other, spelled in UTF-8; rows in any order, each once. @param formsOf Its forms, asked for once. */
  add(term: number, spelled: Uint8Array, formsOf: (term: number) => readonly Uint8Array[], row: number, count: number): void {
    if (term !== this.#term) {
      this.#endTerm()
      this.#term = term
      this.#termCount++
      this.#termBytes = spelled.length
      this.#terms.bytes(spelled)
      this.#addForms(spelled, formsOf(term))
    }
    this.#isSorted &&= this.#rows.length === 0 || row > this.#rows.at(-1)!
    this.#rows.push(row)
    this.#counts.push(count)
  }

  finish(): Uint8Array {
    this.#endTerm()
    const postings = this.#postings.finish()
    const terms = this.#terms.finish()
    const forms = this.#forms.finish()
    const writer = new ByteWriter(postings.length * 2)
    writer.u32(this.#lengths.length)
    for (const length of this.#lengths) writer.varint(length)
    for (const pairs of this.#pairs) writer.bytes(pairs)
    writer.u32(this.#termCount)
    for (const part of [this.#sizes.finish(), terms]) writer.bytes(part)
    writer.u32(forms.length)
    for (const part of [forms, postings]) writer.bytes(part)
    return writer.finish()
  }

  #addForms(spelled: Uint8Array, forms: readonly Uint8Array[]): void {
    this.#forms.varint(forms.length)
    for (const form of forms) {
      let kept = 0
      while (kept < form.length && form[kept] === spelled[kept]) kept++
      this.#forms.varint(kept)
      this.#forms.varint(form.length - kept)
      this.#forms.bytes(form.subarray(kept))
    }
  }

  #endTerm(): void {
    if (this.#term === -1) return
    const places = Array.from(this.#rows.keys())
    if (!this.#isSorted) places.sort((a, b) => this.#rows[a]! - this.#rows[b]!)
    let before = -1
    for (const place of places) {
      const count = this.#counts[place]!
      const step = 2 * (this.#rows[place]! - before)
      before = this.#rows[place]!
      this.#postings.varint(count === 1 ? step : step + 1)
      if (count !== 1) this.#postings.varint(count)
    }
    this.#sizes.varint(this.#termBytes)
    this.#sizes.varint(places.length)
    this.#rows.length = 0
    this.#counts.length = 0
    this.#isSorted = true
  }
}

export interface PackTarget {
  /** The number of a term that is spelled by these bytes, UTF-8. @param readForms Its forms, where they are wanted. */
  termOf(spelled: Uint8Array, readForms: () => readonly Uint8Array[]): number
  /** Takes a term's postings: the first `count` of both arrays. */
  addPostings(term: number, offsets: Uint32Array, counts: Uint32Array, count: number): void
}

/** Reads a pack: its documents first, and what stands in them whenever that is wanted. */
export class PackReader {
  readonly #reader: ByteReader
  readonly #offsets: Uint32Array
  readonly bytes: number

  /**
   * @param offsets By row, where it goes; `NOWHERE` where it is not taken.
   * @throws {CorruptDataError} The bytes are no pack of so many rows.
   */
  constructor(pack: Uint8Array, offsets: Uint32Array) {
    this.#reader = new ByteReader(pack)
    this.#offsets = offsets
    this.bytes = pack.length
    if (this.#reader.u32() !== offsets.length) throw damaged()
  }

  /** @param take Takes a row: how many words it has, and their pairs. */
  readDocuments(take: (offset: number, words: number, pairs: Uint8Array) => void): void {
    const lengths = Array.from(this.#offsets, () => this.#reader.varint())
    for (const [row, words] of lengths.entries()) {
      const pairs = this.#reader.bytes(sizeOf(words))
      const offset = this.#offsets[row]!
      if (offset !== NOWHERE) take(offset, words, pairs)
    }
  }

  /** After the documents, in steps of a few milliseconds. @throws {CorruptDataError} The pack contradicts itself; part of it may have been taken. */
  *readPostings(target: PackTarget): Generator<void, void> {
    const reader = this.#reader
    const terms = reader.u32()
    const lengths: number[] = []
    const counts: number[] = []
    let bytes = 0
    for (let term = 0; term < terms; term++) {
      lengths.push(reader.varint())
      counts.push(reader.varint())
      bytes += lengths[term]!
    }
    const spelled = reader.bytes(bytes)
    const forms = new FormReader(reader.bytes(reader.u32()))
    const postings = new PostingReader(reader.bytes(reader.left), this.#offsets)
    let start = 0
    let read = 0
    for (let i = 0; i < terms; i++) {
      const end = start + lengths[i]!
      const taken = postings.read(counts[i]!)
      const term = spelled.subarray(start, end)
      if (taken > 0)
        target.addPostings(
          target.termOf(term, () => forms.read(term)),
          postings.offsets,
          postings.counts,
          taken,
        )
      forms.next()
      start = end
      read += TERM_COST + counts[i]!
      if (read < COST_PER_STEP) continue
      read = 0
      yield
    }
    if (!postings.isAtEnd || !forms.isAtEnd) throw damaged()
  }
}

/** Reads the forms of one term after the other. */
class FormReader {
  readonly #reader: ByteReader
  // Of the term whose turn it is: undefined until they are read or passed over.
  #left: number | undefined

  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes)
  }

  get isAtEnd(): boolean {
    return this.#reader.left === 0
  }

  read(term: Uint8Array): Uint8Array[] {
    const forms: Uint8Array[] = []
    // One by one: a count that is damaged ends with the bytes.
    for (let left = this.#reader.varint(); left > 0; left--) {
      const kept = this.#reader.varint()
      const added = this.#reader.bytes(this.#reader.varint())
      if (kept > term.length) throw damaged()
      const form = new Uint8Array(kept + added.length)
      form.set(term.subarray(0, kept))
      form.set(added, kept)
      forms.push(form)
    }
    this.#left = 0
    return forms
  }

  /** Goes on to the next term. */
  next(): void {
    for (let left = this.#left ?? this.#reader.varint(); left > 0; left--) {
      this.#reader.varint()
      this.#reader.bytes(this.#reader.varint())
    }
    this.#left = undefined
  }
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
      // A row that does not go up, or is beyond the last one, or beyond the bytes; or a count that would not have been written.
      if (step < 2 || times < 1 || at > bytes.length) throw damaged()
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
