export {
  type Calibration,
  createChunker,
  type DocumentInfo,
  type DocumentInputs,
  type FailedDocument,
  type IngestResult,
  type Loader,
  type SearchExplanation,
  type SearchOptions,
} from '@voisin/rag'
export {
  type Answer,
  type AnswerPart,
  type Chunk,
  type Chunker,
  type Citation,
  type Document,
  type DocumentFormat,
  type Embedder,
  type FieldKind,
  type Filter,
  type Generator,
  isVoisinError,
  type Message,
  type Metadata,
  type Notice,
  type Passage,
  type Place,
  type Progress,
  type Span,
  VoisinError,
  type VoisinErrorCode,
} from '@voisin/spec'
export { deleteLibrary, type LibraryListing, listLibraries } from './libraries.ts'
export type { AddOptions, AddResult, AskOptions, Hit, Library, LibraryOptions, LibraryStatus, ListOptions } from './library.ts'
export { openLibrary } from './open-library.ts'
