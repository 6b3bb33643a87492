/**
 * What happened to stored data: `intact`; `rolledBack` to an earlier acknowledged state; `partial`: some of it is unreadable;
 * `lost`; `unknown` where the failed call cannot tell.
 */
export type DataState = 'intact' | 'rolledBack' | 'partial' | 'lost' | 'unknown'

/** Everything an error says beside its class. All of it survives a worker. */
export interface VoisinErrorDetails {
  /** What would have been right. */
  readonly expected?: string
  /** What came instead. */
  readonly received?: string
  /** What to do about it. */
  readonly remedy?: string
  /** Whether the same call may succeed later without a change. @default false */
  readonly retryable?: boolean
  /** @default 'intact' */
  readonly dataState?: DataState
  readonly cause?: unknown
}

// Shared by every copy of this package in a page, so that an error thrown by one is recognised by another.
const BRAND: unique symbol = Symbol.for('voisin.error') as never

/** The base of every error voisin throws. Its message says what was expected, what came and what to do. */
export class VoisinError extends Error {
  /** Stable: code may switch on it. */
  readonly code: VoisinErrorCode
  readonly expected: string | undefined
  readonly received: string | undefined
  readonly remedy: string | undefined
  readonly retryable: boolean
  readonly dataState: DataState

  constructor(code: VoisinErrorCode, summary: string, details: VoisinErrorDetails = {}) {
    super(sentence(summary, details), details.cause === undefined ? undefined : { cause: details.cause })
    // Not that of the class, which minifiers shorten.
    this.name = nameOf(code)
    this.code = code
    this.expected = details.expected
    this.received = details.received
    this.remedy = details.remedy
    this.retryable = details.retryable ?? false
    this.dataState = details.dataState ?? 'intact'
    Object.defineProperty(this, BRAND, { value: true })
  }
}

function sentence(summary: string, { expected, received, remedy }: VoisinErrorDetails): string {
  const parts = [summary]
  if (expected !== undefined)
    parts.push(received === undefined ? `Expected ${expected}.` : `Expected ${expected}, received ${received}.`)
  else if (received !== undefined) parts.push(`Received ${received}.`)
  if (remedy !== undefined) parts.push(remedy)
  return parts.join(' ')
}

/** Whether a value is an error of voisin's, made by this or any other copy of the package. */
export function isVoisinError(value: unknown): value is VoisinError {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[BRAND] === true
}

/** Of the class that has this code: `deadline-exceeded` is a `DeadlineError`. */
function nameOf(code: VoisinErrorCode): string {
  const words = code.replace(/-(?:exceeded|failed)$/, '').split('-')
  return `${words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')}Error`
}

/** An argument is not of the form its documentation gives. */
export class InvalidArgumentError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('invalid-argument', summary, details)
  }
}

/** A vector's length is not the `dim` of what it meets. */
export class DimensionMismatchError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('dimension-mismatch', summary, details)
  }
}

/** A vector has an element that is not finite, or no length where one is needed. */
export class InvalidVectorError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('invalid-vector', summary, details)
  }
}

/** Vectors of one model meet a collection of another. */
export class ModelMismatchError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('model-mismatch', summary, details)
  }
}

/** A payload holds something that is not plain data. */
export class InvalidPayloadError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('invalid-payload', summary, details)
  }
}

/** A filter has an unknown operator, a wrong operand, or too many conditions. */
export class InvalidFilterError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('invalid-filter', summary, details)
  }
}

/** A text has no visible character. */
export class EmptyTextError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('empty-text', summary, details)
  }
}

/** Something is larger than a documented limit. */
export class LimitError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('limit-exceeded', summary, details)
  }
}

/** The object was closed, here or by a newer tab. */
export class ClosedError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('closed', summary, details)
  }
}

/** A deadline passed without an answer. */
export class DeadlineError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('deadline-exceeded', summary, { retryable: true, ...details })
  }
}

/** What a write expected does not hold any more. Nothing was written. */
export class ConflictError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('conflict', summary, { dataState: 'intact', ...details })
  }
}

/** A call was given up too late to be sure that nothing of it was done; `cause` is the signal's reason. */
export class AbortedError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('aborted', summary, { dataState: 'unknown', ...details })
  }
}

/** A worker could not be started, or died with calls pending. */
export class WorkerError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('worker-failed', summary, { retryable: true, ...details })
  }
}

/** Something of that name does not exist. */
export class NotFoundError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('not-found', summary, details)
  }
}

/** This browser or realm lacks what is needed. */
export class UnsupportedError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('unsupported', summary, details)
  }
}

/** IndexedDB refused or failed. */
export class StorageError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('storage-failed', summary, { dataState: 'unknown', ...details })
  }
}

/** No room is left: the browser's quota or the disk is full. What was acknowledged before is intact. */
export class StorageFullError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('storage-full', summary, { retryable: true, ...details })
  }
}

/** Stored bytes fail their checksum or make no sense. */
export class CorruptDataError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('corrupt-data', summary, { dataState: 'partial', ...details })
  }
}

/** A model's files could not be fetched, verified or loaded. */
export class ModelLoadError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('model-load-failed', summary, details)
  }
}

/** The runtime failed while it computed. */
export class InferenceError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('inference-failed', summary, details)
  }
}

/** An error that is not voisin's crossed a worker; `cause` holds what could be kept of it. */
export class ForeignError extends VoisinError {
  constructor(summary: string, details?: VoisinErrorDetails) {
    super('foreign', summary, { dataState: 'unknown', ...details })
  }
}

/** Each code with its class: how an error is revived on the other side of a worker. */
export const ERROR_CLASSES: Readonly<
  Record<VoisinErrorCode, new (summary: string, details?: VoisinErrorDetails) => VoisinError>
> = {
  'invalid-argument': InvalidArgumentError,
  'dimension-mismatch': DimensionMismatchError,
  'invalid-vector': InvalidVectorError,
  'model-mismatch': ModelMismatchError,
  'invalid-payload': InvalidPayloadError,
  'invalid-filter': InvalidFilterError,
  'empty-text': EmptyTextError,
  'limit-exceeded': LimitError,
  closed: ClosedError,
  'deadline-exceeded': DeadlineError,
  conflict: ConflictError,
  aborted: AbortedError,
  'worker-failed': WorkerError,
  'not-found': NotFoundError,
  unsupported: UnsupportedError,
  'storage-failed': StorageError,
  'storage-full': StorageFullError,
  'corrupt-data': CorruptDataError,
  'model-load-failed': ModelLoadError,
  'inference-failed': InferenceError,
  foreign: ForeignError,
}

/** What a `switch` over an error's `code` must cover. */
export type VoisinErrorCode =
  | 'invalid-argument'
  | 'dimension-mismatch'
  | 'invalid-vector'
  | 'model-mismatch'
  | 'invalid-payload'
  | 'invalid-filter'
  | 'empty-text'
  | 'limit-exceeded'
  | 'closed'
  | 'deadline-exceeded'
  | 'conflict'
  | 'aborted'
  | 'worker-failed'
  | 'not-found'
  | 'unsupported'
  | 'storage-failed'
  | 'storage-full'
  | 'corrupt-data'
  | 'model-load-failed'
  | 'inference-failed'
  | 'foreign'
