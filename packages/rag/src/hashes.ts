import type { Document, Metadata } from '@voisin/spec'
import { canonical } from './canonical.ts'
import { sha256 } from './sha256.ts'

const encoder = new TextEncoder()

/** SHA-256 of a text's UTF-8 bytes: 43 characters of base64url. */
export function digest(text: string): string {
  return spelled(sha256(encoder.encode(text)))
}

/** The same, made beside the page's thread where the browser can do that (in secure contexts), and faster there. */
async function digestAside(text: string): Promise<string> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle
  if (subtle === undefined) return digest(text)
  return spelled(new Uint8Array(await subtle.digest('SHA-256', encoder.encode(text))))
}

function spelled(hash: Uint8Array): string {
  return btoa(String.fromCharCode(...hash))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace('=', '')
}

/** What decides the points that a document becomes: nothing else changes them. */
export interface Content extends Pick<Document, 'format' | 'places'> {
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
export async function contentHash(content: Content): Promise<string> {
  const { id, text, metadata, format, places, chunkerFingerprint, embedderFingerprint } = content
  // What documents had from the first; what has come since is added where it is there, so that older hashes stay what they are.
  const parts: unknown[] = [1, chunkerFingerprint, embedderFingerprint, id, canonical(metadata), text]
  if (format !== undefined || places !== undefined) parts.push(format ?? null)
  for (const { start, page, sheet, row } of places ?? []) parts.push([start, page ?? null, sheet ?? null, row ?? null])
  // Lone surrogates, which UTF-8 cannot tell apart, are escaped by JSON.
  return await digestAside(JSON.stringify(parts))
}

/** The hash of a version that takes the place of one with this content of which a part was lost: nothing of one is taken for the other's. */
export function twinOf(hash: string): string {
  return digest(`again ${hash}`)
}

/** Characters of a digest, six bits each: few enough to keep many, enough for no two texts to share one. */
const EMBEDDED_CHARACTERS = 22

/** What a vector is remembered by: the text that was embedded, and what embedded it. */
export async function embeddedHash(text: string, embedderFingerprint: string): Promise<string> {
  return (await digestAside(`${embedderFingerprint}\0${text}`)).slice(0, EMBEDDED_CHARACTERS)
}
