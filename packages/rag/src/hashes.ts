import { InvalidPayloadError, type Metadata } from '@voisin/spec'

/** SHA-256 of a text's UTF-8 bytes: 43 characters of base64url. */
export async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '')
}

/** What decides the points that a document becomes: nothing else changes them. */
export interface Content {
  readonly id: string
  readonly text: string
  readonly metadata: Metadata
  readonly chunkerFingerprint: string
  readonly embedderFingerprint: string
}

/**
 * The hash of a document as it is stored. Equal hashes mean that nothing has to be done; the document's id is part of it, so that
 * points named by it belong to one document alone.
 */
export function contentHash({ id, text, metadata, chunkerFingerprint, embedderFingerprint }: Content): Promise<string> {
  // Lone surrogates, which UTF-8 cannot tell apart, are escaped by JSON.
  return digest(JSON.stringify([1, chunkerFingerprint, embedderFingerprint, id, canonical(metadata, 0), text]))
}

const DEEPEST = 64

/** The same string for the same plain data, whatever the order of its keys, and another one for any other. */
function canonical(value: unknown, depth: number): unknown {
  if (depth > DEEPEST) throw invalid(`nesting deeper than ${DEEPEST}`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid(String(value))
    return Object.is(value, -0) ? { n: '-0' } : value
  }
  if (typeof value === 'bigint') return { i: String(value) }
  if (value instanceof Date) return { d: value.getTime() }
  if (value instanceof Uint8Array) return { b: Array.from(value) }
  if (Array.isArray(value)) return value.map((element) => canonical(element, depth + 1))
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return { o: entries.map(([key, element]) => [key, canonical(element, depth + 1)]) }
  }
  throw invalid(typeof value === 'object' ? `an object of class ${value.constructor?.name}` : `a ${typeof value}`)
}

function invalid(received: string): InvalidPayloadError {
  return new InvalidPayloadError('A document has metadata that cannot be kept.', {
    expected: 'plain data: null, booleans, finite numbers, strings, dates, bigints, Uint8Arrays, arrays and objects of these',
    received,
  })
}
