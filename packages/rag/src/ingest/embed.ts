import { DimensionMismatchError, isVoisinError, ModelMismatchError, type VectorBatch } from '@voisin/spec'
import { type ChunkPayload, type LibraryParts, pointsWhere } from '../stored.ts'
import type { Row } from './plan.ts'
import { type Titled, titledOf, toEmbedOf, together } from './titled.ts'

/** Vectors by what was embedded; null where the model knows no word of it. */
export type Vectors = Map<string, Float32Array | null>
export type ReadonlyVectors = ReadonlyMap<string, Float32Array | null>

/** Makes vectors of texts, of each once: what any chunk of the library has, or this ingest has just made, is not made again. */
export class Embedding {
  readonly #parts: LibraryParts
  readonly #call: { readonly signal?: AbortSignal }

  constructor(parts: LibraryParts, call: { readonly signal?: AbortSignal }) {
    this.#parts = parts
    this.#call = call
  }

  /**
   * Adds what the library remembers of rows' texts to `vectors`.
   *
   * @param before What was made last, and may not be stored yet.
   */
  async recall(rows: readonly Row[], vectors: Vectors, before: ReadonlyVectors): Promise<void> {
    const wanted = new Map<string, string>()
    for (const { embedded, toEmbed } of rows) {
      const vector = before.get(embedded)
      if (vector !== undefined) vectors.set(embedded, vector)
      else wanted.set(embedded, toEmbed)
    }
    if (wanted.size === 0) return
    const filter = pointsWhere({ embedded: { $in: [...wanted.keys()] } })
    for await (const { vector, payload } of this.#parts.collection.scroll({ ...this.#call, filter, withVector: true })) {
      const { embedded } = payload as ChunkPayload
      // The text itself has the last word.
      if (vector === undefined || wanted.get(embedded) !== toEmbedOf(payload as ChunkPayload)) continue
      vectors.set(embedded, vector)
      wanted.delete(embedded)
      if (wanted.size === 0) return
    }
  }

  /** Adds the vectors of those rows' texts that are not in `vectors`. */
  async embed(rows: readonly Row[], vectors: Vectors): Promise<void> {
    const missing = new Map<string, string>()
    for (const { embedded, toEmbed } of rows) if (!vectors.has(embedded)) missing.set(embedded, toEmbed)
    if (missing.size === 0) return
    const keys = [...missing.keys()]
    const rowsOf = keys.map((key) => titledOf(missing.get(key)!))
    try {
      // A title stands above many texts.
      const texts = [...new Set(rowsOf.flatMap(({ title, text }) => (title === '' ? [text] : [title, text])))]
      const found = await this.#embedTexts(texts)
      keys.forEach((key, i) => {
        const { title, text } = rowsOf[i]!
        vectors.set(key, title === '' ? found.get(text)! : together(title, found.get(title)!, found.get(text)!))
      })
    } catch (error) {
      if (!isEmpty(error) || keys.length > 1) throw error
      vectors.set(keys[0]!, await this.#embedEither(rowsOf[0]!))
    }
  }

  /** A text without a word that the model knows has its title's vector or none, and is found by its words alone. */
  async #embedEither({ title, text }: Titled): Promise<Float32Array | null> {
    for (const each of title === '' ? [] : [text, title]) {
      try {
        return (await this.#embedTexts([each])).get(each)!
      } catch (error) {
        if (!isEmpty(error)) throw error
      }
    }
    return null
  }

  async #embedTexts(texts: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const { embedder } = this.#parts
    const { data, count, dim, fingerprint = embedder.fingerprint } = await embedder.embedDocuments(texts, this.#call)
    if (count !== texts.length || dim !== embedder.dim || data.length !== count * dim)
      throw wrongShape(texts.length, embedder.dim, { count, dim, data })
    if (fingerprint !== embedder.fingerprint) throw otherModel(embedder.fingerprint, fingerprint)
    return new Map(texts.map((text, i) => [text, data.subarray(i * dim, (i + 1) * dim)]))
  }
}

function isEmpty(error: unknown): boolean {
  return isVoisinError(error) && error.code === 'empty-text'
}

function wrongShape(texts: number, wanted: number, { data, count, dim }: VectorBatch): DimensionMismatchError {
  return new DimensionMismatchError('The embedder gave vectors of another shape.', {
    expected: `${texts} × ${wanted} numbers`,
    received: `${count} × ${dim}, ${data.length} numbers`,
    remedy: 'Give one vector of `dim` numbers for each text, row by row.',
  })
}

function otherModel(expected: string, received: string): ModelMismatchError {
  const remedy = 'Embed with one model; a library keeps the vectors of one.'
  return new ModelMismatchError('The embedder gave another model’s vectors than it said.', { expected, received, remedy })
}
