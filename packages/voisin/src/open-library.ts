import { createEmbedder, fingerprintOf } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import {
  answerStream,
  type ChunkPayload,
  chunkFields,
  createChunker,
  type DocumentInfo,
  type DocumentInputs,
  type DocumentPayload,
  explainSearch,
  type IngestResult,
  ingest,
  type LibraryParts,
  listDocuments,
  readDocument,
  readDocuments,
  removeDocument,
  retrieve,
  type SearchExplanation,
  type SearchOptions,
  search,
} from '@voisin/rag'
import {
  type Answer,
  type AnswerPart,
  type Chunker,
  ClosedError,
  type CollectionSchema,
  type Document,
  type Embedder,
  type Generator,
  InvalidArgumentError,
  type RecallOptions,
} from '@voisin/spec'
import { listCollections, openCollection } from '@voisin/store'
import type { AddOptions, AskOptions, Hit, Library, LibraryOptions, LibraryStatus } from './library.ts'

/**
 * Opens a library, created on first use: the built-in model, IndexedDB, search by words and by meaning, all work off the main thread.
 * Reopened, it answers as it did.
 *
 * @param name 1 to 502 characters; each name is a library of its own.
 * @throws {ModelMismatchError} The library keeps the vectors of another embedder.
 * @throws {ModelLoadError | StorageError | WorkerError} A part could not be opened; what is stored is intact.
 */
export async function openLibrary(name: string, options: LibraryOptions = {}): Promise<Library> {
  if (typeof name !== 'string' || name === '') {
    throw new InvalidArgumentError('A library needs a name.', { expected: 'a string', received: String(name) })
  }
  const { signal, worker = true } = options
  signal?.throwIfAborted()
  const call = { ...(signal && { signal }), ...(options.onProgress && { onProgress: options.onProgress }) }
  const kept = {
    worker,
    ...call,
    ...(options.database !== undefined && { database: options.database }),
    ...(options.durability !== undefined && { durability: options.durability }),
    ...(options.onNotice && { onNotice: options.onNotice }),
  }
  const { dim, fingerprint } = options.embedder ?? { dim: miniModel.dim, fingerprint: fingerprintOf(miniModel) }
  const schema: CollectionSchema<ChunkPayload> = { dim, model: fingerprint, fields: await fieldsOf(name, options) }

  const opening = [
    options.embedder ?? createEmbedder({ model: miniModel, worker, ...call }),
    openCollection<ChunkPayload>(name, { ...schema, ...kept }),
    openCollection<DocumentPayload>(`${name}/documents`, { dim: 1, ...kept }),
  ] as const
  try {
    const [embedder, collection, documents] = await Promise.all(opening)
    const owned = options.embedder ? [collection, documents] : [embedder, collection, documents]
    return new OpenLibrary(name, { embedder, collection, documents }, owned, options)
  } catch (error) {
    const opened = await Promise.allSettled(opening)
    for (const part of opened) if (part.status === 'fulfilled' && part.value !== options.embedder) await part.value.close()
    throw error
  }
}

/** Of the chunks: what the caller names of metadata, or else what the library has. */
async function fieldsOf(
  name: string,
  { fields, database, durability }: LibraryOptions,
): Promise<NonNullable<CollectionSchema<ChunkPayload>['fields']>> {
  if (fields !== undefined) {
    const named = Object.entries(fields).map(([path, kind]) => [`metadata.${path}`, kind])
    return { ...chunkFields, ...Object.fromEntries(named) }
  }
  const listed = durability === 'memory' ? [] : await listCollections({ ...(database !== undefined && { database }) })
  return { ...listed.find((listing) => listing.name === name)?.fields, ...chunkFields }
}

class OpenLibrary implements Library {
  readonly name: string
  readonly #parts: LibraryParts
  readonly #owned: readonly { close(): Promise<void> }[]
  readonly #chunker: Chunker
  readonly #generator: Generator | undefined
  readonly #closing = new AbortController()
  #closed: Promise<void> | undefined

  constructor(
    name: string,
    parts: LibraryParts,
    owned: readonly (Embedder | { close(): Promise<void> })[],
    options: LibraryOptions,
  ) {
    this.name = name
    this.#parts = parts
    this.#owned = owned
    this.#chunker = options.chunker ?? createChunker()
    this.#generator = options.generator
  }

  async add(inputs: DocumentInputs, options: AddOptions = {}): Promise<IngestResult> {
    const signal = this.#signal(options.signal)
    const { maxFileBytes, onProgress } = options
    const { documents, failed } = await readDocuments(inputs, { signal, ...(maxFileBytes !== undefined && { maxFileBytes }) })
    const steps = ingest(documents, { ...this.#parts, chunker: this.#chunker, signal })
    for (;;) {
      const step = await steps.next()
      if (step.done) return { ...step.value, failed: [...failed, ...step.value.failed] }
      onProgress?.(step.value)
    }
  }

  async search(question: string, options: SearchOptions = {}): Promise<Hit[]> {
    return await search(question, { ...options, ...this.#parts, signal: this.#signal(options.signal) })
  }

  async explain(question: string, options: Omit<SearchOptions, 'rerank'> = {}): Promise<SearchExplanation> {
    return await explainSearch(question, { ...options, ...this.#parts, signal: this.#signal(options.signal) })
  }

  async checkRecall(options: Omit<RecallOptions, 'using'> = {}): Promise<number> {
    return await this.#parts.collection.checkRecall({ ...options, signal: this.#signal(options.signal) })
  }

  async ask(question: string, options: AskOptions = {}): Promise<Answer> {
    for await (const part of this.askStream(question, options)) if (part.type === 'end') return part.answer
    throw new ClosedError('The library was closed before the answer came.')
  }

  async *askStream(question: string, options: AskOptions = {}): AsyncGenerator<AnswerPart, void, void> {
    const signal = this.#signal(options.signal)
    const context = await retrieve(question, { ...options, ...this.#parts, signal })
    const generator = options.generator ?? this.#generator
    yield* answerStream(question, { ...options, context, generator, embedder: this.#parts.embedder, signal })
  }

  async remove(id: string): Promise<boolean> {
    this.#signal()
    return await removeDocument(id, this.#parts)
  }

  async document(id: string): Promise<Document | undefined> {
    return await readDocument(id, this.#parts, { signal: this.#signal() })
  }

  async documents(): Promise<DocumentInfo[]> {
    const list: DocumentInfo[] = []
    for await (const info of listDocuments(this.#parts, { signal: this.#signal() })) list.push(info)
    return list
  }

  async status(): Promise<LibraryStatus> {
    const signal = this.#signal()
    const { embedder, collection, documents } = this.#parts
    const [chunks, heads, count] = await Promise.all([
      collection.status(),
      documents.status(),
      documents.count({ kind: 'document' }, { signal }),
    ])
    return {
      name: this.name,
      documents: count,
      chunks: chunks.points,
      embedder: embedder.fingerprint,
      memoryBytes: chunks.memoryBytes + heads.memoryBytes,
      durability: chunks.durability,
      dataState: chunks.dataState === 'intact' ? heads.dataState : chunks.dataState,
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#closing.abort(new ClosedError(`The library "${this.name}" is closed.`))
    await Promise.all(this.#owned.map((part) => part.close()))
  }

  /** Throws when the library is closed; else the signal that ends a call when the library is closed meanwhile, or by the caller's. */
  #signal(signal?: AbortSignal): AbortSignal {
    this.#closing.signal.throwIfAborted()
    return signal ? AbortSignal.any([this.#closing.signal, signal]) : this.#closing.signal
  }
}
