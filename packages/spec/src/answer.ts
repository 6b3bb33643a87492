import type { Chunk, Document, Metadata, Place, Span } from './document.ts'
import type { ScoredPoint } from './point.ts'

/**
 * What a word of a question was found by: as it is written (case and accents apart), by another form of it (its stem, its beginning, another
 * usual spelling, or it is the beginning of a longer one), or as one that it may be with typing errors.
 */
export type MatchKind = 'exact' | 'stem' | 'spelling'

/** Where a word of a question stands. */
export interface Match extends Span {
  readonly by: MatchKind
}

/** A chunk that was found, with its document and why it was found. */
export interface Passage<M extends object = Metadata> {
  readonly chunk: Chunk
  readonly document: Pick<Document<M>, 'id' | 'metadata'>
  /** Larger is better. */
  readonly score: number
  readonly legs: ScoredPoint['legs']
  /** What of the score the document's other passages add. Absent where that is nothing. */
  readonly support?: number
  /**
   * How far it stands out in this library, 0 … 1: the share of questions nothing answers whose best hit scores less. Absent where the library has not learned it yet
   * (see `calibrate`). With a reranker, of the search before it.
   */
  readonly confidence?: number
  /** Where the query's words stand, as ranges of the chunk's text, in order, without overlap. */
  readonly matches: readonly Match[]
  /** The closest way in which its text or its headings have a word of the query; `meaning` where they have none. */
  readonly why: MatchKind | 'meaning'
  /** Pages, sheets and rows of its file that it stands in, where the document has `places`. */
  readonly places?: readonly Place[]
  /** In a search by document: how many more passages of its document were among those it was found with, listed or not. */
  readonly others?: number
}

/** What a generator may read. */
export interface Context {
  /** The question the passages were found for. */
  readonly question: string
  /** Best first. */
  readonly passages: readonly Passage[]
  /** The passages' text, numbered, as a generator sees it. */
  readonly text: string
  /** Measured length of `text`; at most the budget. */
  readonly tokens: number
  /** The random word that marks where each passage of `text` begins and ends; no document can know it. */
  readonly boundary: string
}

/** A claim's source: the range [start, end) of a document, and what stands there. */
export interface Citation extends Span {
  /** Number in the answer's text, from 1. */
  readonly number: number
  readonly documentId: string
  /** `document.text.slice(start, end)`. */
  readonly quote: string
  /** The page, sheet and row of its file that it begins in, where the document has `places`. */
  readonly place?: Omit<Place, 'start'>
}

export interface Answer {
  /** `found`, or `not-in-documents`: then `text` says so, and there are no citations. */
  readonly kind: 'found' | 'not-in-documents'
  readonly text: string
  readonly citations: readonly Citation[]
}

/** One piece of a streamed answer. `end` comes last, once, and holds the whole. */
export type AnswerPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citation'; readonly citation: Citation }
  | { readonly type: 'end'; readonly answer: Answer }
