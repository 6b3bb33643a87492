import {
  ERROR_CLASSES,
  ForeignError,
  isVoisinError,
  type VoisinError,
  type VoisinErrorCode,
  type VoisinErrorDetails,
} from '@voisin/spec'
import type { EncodedError } from './messages.ts'

/** A chain of causes longer than this is cut: it may be a circle. */
const MAX_CAUSES = 16

/** Built-in errors that come back as their own class; any other class comes back as an Error of that name. */
const BUILT_IN: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
}

/** Turns whatever was thrown into data that can be cloned: structured clone alone loses class, code and cause. */
export function encodeError(thrown: unknown, depth = 0): EncodedError {
  if (isVoisinError(thrown)) {
    const { code, message, stack, expected, received, remedy, retryable, dataState } = thrown
    return {
      kind: 'voisin',
      code,
      message,
      stack,
      expected,
      received,
      remedy,
      retryable,
      dataState,
      cause: encodeCause(thrown, depth),
    }
  }
  if (thrown instanceof DOMException) {
    return { kind: 'dom-exception', name: thrown.name, message: thrown.message, stack: thrown.stack }
  }
  if (thrown instanceof Error) {
    return {
      kind: 'error',
      name: String(thrown.name),
      message: String(thrown.message),
      stack: thrown.stack,
      cause: encodeCause(thrown, depth),
    }
  }
  try {
    return { kind: 'value', value: structuredClone(thrown) }
  } catch {
    return { kind: 'value', value: String(thrown) }
  }
}

function encodeCause(error: Error, depth: number): EncodedError | undefined {
  if (error.cause === undefined || depth >= MAX_CAUSES) return undefined
  return encodeError(error.cause, depth + 1)
}

/**
 * Brings back what was thrown in a worker: voisin's own errors by their code, aborts and timeouts as the DOMException they were,
 * anything else as a ForeignError whose `cause` keeps name, message and stack.
 */
export function decodeError(encoded: EncodedError): unknown {
  if (encoded.kind === 'voisin') return decodePlainly(encoded)
  const original = decodePlainly(encoded)
  if (encoded.kind === 'dom-exception' && (encoded.name === 'AbortError' || encoded.name === 'TimeoutError')) return original
  const summary = original instanceof Error ? `${original.name}: ${original.message}` : `Thrown: ${printed(original)}`
  const error = new ForeignError(summary, { cause: original })
  if (original instanceof Error && original.stack) error.stack = original.stack
  return error
}

/** The reason of an abort: it crosses as it is, without being wrapped. */
export function decodeReason(encoded: EncodedError): unknown {
  return decodePlainly(encoded)
}

function decodePlainly(encoded: EncodedError): unknown {
  if (encoded.kind === 'value') return encoded.value
  if (encoded.kind === 'dom-exception') return withStack(new DOMException(encoded.message, encoded.name), encoded.stack)
  const cause = encoded.cause && decodePlainly(encoded.cause)
  if (encoded.kind === 'voisin') return withStack(revive(encoded, cause), encoded.stack)
  const Class = BUILT_IN[encoded.name] ?? Error
  const error = new Class(encoded.message, cause === undefined ? undefined : { cause })
  if (error.name !== encoded.name) error.name = encoded.name
  return withStack(error, encoded.stack)
}

function revive(encoded: Extract<EncodedError, { kind: 'voisin' }>, cause: unknown): VoisinError {
  const { code, message, expected, received, remedy, retryable, dataState } = encoded
  // A newer worker may know codes that this page does not.
  const Class = Object.hasOwn(ERROR_CLASSES, code) ? ERROR_CLASSES[code as VoisinErrorCode] : ForeignError
  const error = new Class(message, { retryable, dataState: dataState as NonNullable<VoisinErrorDetails['dataState']>, cause })
  // The message holds these already; given to the constructor they would be added again.
  return Object.assign(error, { expected, received, remedy })
}

function withStack<E extends Error>(error: E, stack: string | undefined): E {
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true })
  return error
}

function printed(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}
