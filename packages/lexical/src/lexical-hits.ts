import type { Spelling } from './dictionary.ts'
import type { ScoreMoments } from './orderless-moments.ts'

export interface LexicalSearchOptions extends Spelling {
  /** Bitmap of the labels that may be listed: bit i is bit i & 7 of byte i >> 3; beyond its end nothing is. @default all */
  readonly allow?: Uint8Array | undefined
  /** By offset: what a document is called in `allow` and in the hits, and by which ties are ordered. @default its offset */
  readonly labels?: Uint32Array | undefined
}

export interface LexicalHits {
  /** Offsets of documents that have at least one of the words, best first, ties by offset. */
  readonly offsets: Uint32Array
  readonly scores: Float32Array
  /** Of the scores of all live documents, allowed or not, zeros included. */
  readonly moments: ScoreMoments
  /**
   * How many of the query's words the index has, 0 … 1: stop words apart, half where it has only words that begin so, and less where its stop
   * words are of another language than the texts.
   */
  readonly covered: number
}
