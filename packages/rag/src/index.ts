export { type AnswerOptions, answer, answerStream } from './answer/answer.ts'
export { type Evidence, measureEvidence } from './answer/evidence.ts'
export { buildMessages } from './answer/prompt.ts'
export { calibrate } from './calibrate/calibrate.ts'
export { type Calibration, type CalibrationPayload, readCalibration } from './calibrate/calibration.ts'
export { type ChunkerOptions, createChunker, embeddedText } from './chunk/chunker.ts'
export { findSentences } from './chunk/sentences.ts'
export { findStatements, type Quotable } from './chunk/statements.ts'
export { type IngestOptions, ingest } from './ingest/ingest.ts'
export type { DocumentOutcome, FailedDocument, IngestResult } from './ingest/outcome.ts'
export { embedChunk, textsToEmbed } from './ingest/titled.ts'
export { type DocumentInfo, documentGroups, listDocuments, readDocument } from './library/documents.ts'
export { clearLibrary, removeDocuments } from './library/remove.ts'
export { type RenameOptions, renameDocument } from './library/rename.ts'
export { sweep } from './library/sweep.ts'
export { type OldDocumentPayload, type OldLibrary, takeOver } from './library/take-over.ts'
export type { Extracted } from './load/extracted.ts'
export type { Archive, ArchiveEntry, Loader, LoaderOptions, LoadOptions, SourceFile } from './load/loader.ts'
export {
  type DocumentInput,
  type DocumentInputs,
  type ReadOptions,
  type ReadResult,
  readDocuments,
} from './load/read-documents.ts'
export { type PackedPlaces, packPlaces, placesOf, unpackPlaces } from './places.ts'
export { buildContext, type ContextOptions, type TokenCounter } from './retrieve/context.ts'
export { explainSearch, type SearchExplanation } from './retrieve/explain.ts'
export { type RetrieveOptions, retrieve } from './retrieve/retrieve.ts'
export { type Reranker, type SearchOptions, search } from './retrieve/search.ts'
export {
  type ChunkPayload,
  type DocumentPayload,
  type LibraryParts,
  type LibraryPayload,
  libraryFields,
  type TextPayload,
} from './stored.ts'
