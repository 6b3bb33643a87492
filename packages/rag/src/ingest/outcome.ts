/** A document that could not be taken in, and why. */
export interface FailedDocument {
  readonly id: string
  readonly error: Error
  /** What of the document is to blame, where that is known: `id`, `text`, or a place in its metadata (`metadata.tags[0]`). */
  readonly field?: string
}

/** How a document fared. */
export type DocumentOutcome =
  | { readonly id: string; readonly kind: 'added' | 'replaced' | 'unchanged' }
  | ({ readonly kind: 'failed' } & FailedDocument)

/** What was asked to be stored, each in one of the lists. */
export interface IngestResult {
  /** Ids of documents that were not there before. */
  readonly added: readonly string[]
  /** Stored already and whole, with the same text, metadata, chunker and embedder: nothing was done. */
  readonly unchanged: readonly string[]
  readonly replaced: readonly string[]
  readonly failed: readonly FailedDocument[]
}

export function toResult(outcomes: readonly DocumentOutcome[]): IngestResult {
  const idsOf = (kind: DocumentOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).map(({ id }) => id)
  return {
    added: idsOf('added'),
    unchanged: idsOf('unchanged'),
    replaced: idsOf('replaced'),
    failed: outcomes.flatMap((outcome) => {
      if (outcome.kind !== 'failed') return []
      const { kind: _, ...failed } = outcome
      return [failed]
    }),
  }
}
