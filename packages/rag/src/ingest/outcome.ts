/** A document that could not be taken in, and why. */
export interface FailedDocument {
  readonly id: string
  readonly error: Error
}

/** How a document fared. */
export type DocumentOutcome =
  | { readonly id: string; readonly kind: 'added' | 'replaced' | 'unchanged' }
  | ({ readonly kind: 'failed' } & FailedDocument)

/** What was asked to be stored, each in one of the lists. */
export interface IngestResult {
  /** Ids of documents that were not there before. */
  readonly added: readonly string[]
  /** Stored already, with the same text, metadata, chunker and embedder: nothing was done. */
  readonly unchanged: readonly string[]
  readonly replaced: readonly string[]
  readonly failed: readonly FailedDocument[]
}
