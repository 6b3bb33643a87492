import { classOf, InvalidArgumentError } from '@voisin/spec'

/** Refuses keys that mean nothing: a misspelt one must not pass for a wish that was granted. */
export function checkKeys(value: unknown, known: readonly string[], what: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgumentError(`This is no ${what}.`, {
      expected: `an object of ${known.join(', ')}`,
      received: Array.isArray(value) ? 'an array' : classOf(value),
    })
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key))
  if (unknown === undefined) return
  throw new InvalidArgumentError(`A ${what} knows nothing of "${unknown}".`, { expected: known.join(', '), received: unknown })
}

/** As `checkKeys`, for options that may be left out as a whole. */
export function checkOptions(options: unknown, known: readonly string[], of: string): void {
  if (options === undefined) return
  checkKeys(options, known, `set of options of ${of}`)
  const { signal, onProgress, consistency, ...rest } = options as Record<string, unknown>
  for (const name of ['withVector', 'transfer']) checkFlag(name, rest[name])
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidArgumentError(`The signal of ${of} is none.`, { expected: 'an AbortSignal', received: classOf(signal) })
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new InvalidArgumentError(`The onProgress of ${of} is none.`, { expected: 'a function', received: classOf(onProgress) })
  }
  if (consistency !== undefined && consistency !== 'local' && consistency !== 'latest') {
    throw new InvalidArgumentError('No such consistency.', { expected: "'local' or 'latest'", received: String(consistency) })
  }
}

/** @throws {InvalidArgumentError} It is there, and neither true nor false. */
export function checkFlag(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return
  throw new InvalidArgumentError(`No such ${name}.`, {
    expected: 'true or false',
    received: typeof value === 'string' ? JSON.stringify(value) : classOf(value),
  })
}
