import { ClosedError, type Embedder, EmptyTextError } from '@voisin/spec'

/** A bag-of-words embedder in a few lines: texts that share words are near. Counts what it embeds. */
export interface FakeEmbedder extends Embedder {
  /** Every text it has embedded as a document, in order. */
  readonly embedded: readonly string[]
}

export interface FakeEmbedderOptions {
  readonly dim?: number
  readonly fingerprint?: string
  /** Called before each batch of documents: may throw, abort something, or wait. */
  readonly before?: (texts: readonly string[]) => void | Promise<void>
}

function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .normalize('NFD')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  )
}

function hash(word: string): number {
  let value = 2166136261
  for (let at = 0; at < word.length; at++) value = Math.imul(value ^ word.charCodeAt(at), 16777619)
  return value >>> 0
}

export function createFakeEmbedder({ dim = 64, fingerprint = 'fake-1', before }: FakeEmbedderOptions = {}): FakeEmbedder {
  const embedded: string[] = []
  let isClosed = false
  const embed = (text: string): Float32Array => {
    if (isClosed) throw new ClosedError('The embedder is closed.')
    if (text.trim() === '') throw new EmptyTextError('The text is empty.')
    const vector = new Float32Array(dim)
    for (const word of wordsOf(text)) vector[hash(word) % dim]! += (hash(`${word}.`) & 1) * 2 - 1
    const length = Math.hypot(...vector)
    if (length === 0) vector[hash(text) % dim] = 1
    else for (let i = 0; i < dim; i++) vector[i]! /= length
    return vector
  }
  return {
    dim,
    maxTokens: 256,
    fingerprint,
    embedded,
    async embedDocuments(texts, { signal } = {}) {
      await before?.(texts)
      signal?.throwIfAborted()
      const data = new Float32Array(texts.length * dim)
      for (const [row, text] of texts.entries()) data.set(embed(text), row * dim)
      embedded.push(...texts)
      return { data, count: texts.length, dim, fingerprint }
    },
    async embedQuery(text, { signal } = {}) {
      signal?.throwIfAborted()
      return embed(text)
    },
    async countTokens(texts) {
      return texts.map((text) => wordsOf(text).length)
    },
    async close() {
      isClosed = true
    },
  }
}
