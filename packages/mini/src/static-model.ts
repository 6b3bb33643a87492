import { CodePoints } from './code-points.ts'
import { type ModelFile, readModelFile } from './model-file.ts'
import { Pieces } from './pieces.ts'
import { Pooling } from './pooling.ts'
import type { WordTable } from './word-table.ts'
import { WordReader } from './words.ts'

const decoder = new TextDecoder()

/** A word of a text. */
export interface Word {
  /** The row of a word of the list; how many words the list has, for any other. */
  readonly id: number
  /** Lower case, without accents and ligatures, at most 64 code points; an accent that stands alone is as it was given. */
  readonly text: string
  /**
   * `[start, end)` in UTF-16 code units of the text as it was given, with the accents and other marks that follow. Two words may come from one
   * character ('½' has the words 1 and 2): then both stand where it stands.
   */
  readonly start: number
  readonly end: number
}

/** A model with one vector for each word. What a text's vector is: docs/format.md, "Built-in model". */
export class StaticModel {
  readonly dim: number
  readonly #fileBytes: number
  readonly #words: WordTable
  readonly #pieces: Pieces
  readonly #pooling: Pooling
  readonly #reader: WordReader = new WordReader()
  readonly #codePoints: CodePoints = new CodePoints()

  /**
   * Opens a model's file, whose bytes it keeps and reads: they must not change.
   *
   * @param options.isVerified Whether the caller checks the bytes' digest, before or meanwhile, and drops the model where it is another: their checksum
   * is not computed then, which takes a good part of a first load, when the code is not compiled yet. @default false
   * @throws {ModelLoadError} Not such a file, cut off, altered, of another version, or with impossible counts.
   */
  static from(bytes: Uint8Array, { isVerified = false }: { readonly isVerified?: boolean } = {}): StaticModel {
    return new StaticModel(readModelFile(bytes, isVerified), bytes.byteLength)
  }

  private constructor(file: ModelFile, fileBytes: number) {
    this.dim = file.header.dim
    this.#fileBytes = fileBytes
    this.#words = file.words
    this.#pieces = new Pieces(file)
    this.#pooling = new Pooling(file)
  }

  /**
   * What it holds in memory, the file's bytes included. After a text of many thousand words it is more, until the next text.
   */
  get memoryBytes(): number {
    return this.#fileBytes + this.#words.memoryBytes + this.#pieces.memoryBytes + this.#pooling.memoryBytes
  }

  /** The words of a text, in order. A text without any has for words its visible characters, be they accents. */
  words(text: string): Word[] {
    const words: Word[] = []
    const reader = this.#reader
    reader.open(text)
    while (reader.next()) {
      const { bytes, byteCount, start, end } = reader
      const row = this.#rowOf(reader)
      words.push({
        id: row < 0 ? this.#words.count : row,
        text: decoder.decode(bytes.subarray(0, byteCount)),
        start,
        end,
      })
    }
    reader.open('')
    return words
  }

  /** How many words `words` would return. */
  countWords(text: string): number {
    const reader = this.#reader
    let count = 0
    reader.open(text)
    while (reader.next()) count++
    reader.open('')
    return count
  }

  /** Whether all that `words` would return is in the model's list, and it would return something. */
  knows(text: string): boolean {
    const reader = this.#reader
    let isKnown = false
    reader.open(text)
    while (reader.next()) {
      isKnown = this.#rowOf(reader) >= 0
      if (!isKnown) break
    }
    reader.open('')
    return isKnown
  }

  /**
   * Writes the text's vector, of length one, to target[offset … offset + dim). It reads at most `maxWords` words and looks no further than to the
   * next. It takes time in proportion to the text, and does not depend on what was embedded before.
   *
   * @returns Whether the text was read to its end; 'empty': it has no vector, and nothing was written.
   */
  embedInto(text: string, maxWords: number, target: Float32Array, offset: number): 'whole' | 'cut' | 'empty' {
    const reader = this.#reader
    const pooling = this.#pooling
    let count = 0
    let hasMore = false
    pooling.begin()
    reader.open(text)
    while (reader.next()) {
      hasMore = count === maxWords
      if (hasMore) break
      count++
      const row = this.#rowOf(reader)
      if (row >= 0) pooling.addRow(row)
      else this.#addUnknown(reader)
    }
    // So that the text can be freed.
    reader.open('')
    if (!pooling.finish(target, offset)) return 'empty'
    return hasMore ? 'cut' : 'whole'
  }

  #rowOf({ bytes, byteCount, hash }: WordReader): number {
    return this.#words.find(bytes, 0, byteCount, hash)
  }

  #addUnknown({ bytes, byteCount }: WordReader): void {
    const pieces = this.#pieces
    const word = this.#codePoints
    word.read(bytes, byteCount)
    const count = pieces.cut(bytes, word)
    for (let i = 0; i < count; i++) this.#pooling.addRow(pieces.rows[i]!)
    this.#pooling.addSpelling(word)
  }
}
