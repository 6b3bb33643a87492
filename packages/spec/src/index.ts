export type { Answer, AnswerPart, Citation, Context, Match, MatchKind, Passage } from './answer.ts'
export type {
  Collection,
  CollectionSchema,
  CollectionStatus,
  Durability,
  Expectation,
  FacetOptions,
  FieldKind,
  NamedVectorsSchema,
  Notice,
  ReadOptions,
  RetrieveOptions,
  ScrollOptions,
  SingleVectorSchema,
  VectorOptions,
  WriteChanges,
  WriteOptions,
  WriteResult,
} from './collection.ts'
export type { Chunk, Chunker, Document, DocumentFormat, Metadata, Place, Span } from './document.ts'
export type { Embedder, ModelFacts, ModelSource, OnnxModelSource, StaticModelSource } from './embedder.ts'
export {
  AbortedError,
  ClosedError,
  ConflictError,
  CorruptDataError,
  type DataState,
  DeadlineError,
  DimensionMismatchError,
  EmptyTextError,
  ERROR_CLASSES,
  ForeignError,
  InferenceError,
  InvalidArgumentError,
  InvalidFilterError,
  InvalidPayloadError,
  InvalidVectorError,
  isVoisinError,
  LimitError,
  ModelLoadError,
  ModelMismatchError,
  NotFoundError,
  StorageError,
  StorageFullError,
  UnsupportedError,
  VoisinError,
  type VoisinErrorCode,
  type VoisinErrorDetails,
  WorkerError,
} from './errors.ts'
export type { DenseExplanation, QueryExplanation, RecallOptions } from './explanation.ts'
export type { Facet, FacetValue, FieldPath } from './facet.ts'
export type { FieldCondition, FieldOperators, Filter, IdOperators } from './filter.ts'
export type { Generator, Message } from './generator.ts'
export { type LatePart, latePart } from './late-part.ts'
export type { Candidates, DistanceMoments, Metric } from './metric.ts'
export { classOf, DEEPEST_LEVEL, findFault, isPlainObject, type PlainDataFault } from './plain-data.ts'
export type { LegScore, Payload, PayloadValue, Point, PointBatch, PointId, ScoredPoint } from './point.ts'
export type { LongCallOptions, Progress } from './progress.ts'
export type { Fusion, Mmr, Query, SearchParams, Support } from './query.ts'
export type { VectorBatch } from './vector.ts'
