import {
  answerStream,
  type Calibration,
  clearLibrary,
  type DocumentInfo,
  type DocumentInputs,
  documentGroups,
  explainSearch,
  ingest,
  type LibraryParts,
  type Loader,
  readDocument,
  readDocuments,
  removeDocuments,
  renameDocument,
  retrieve,
  type SearchExplanation,
  type SearchOptions,
  search,
  sweep,
} from '@voisin/rag'
import {
  type Answer,
  type AnswerPart,
  type Chunker,
  ClosedError,
  type Document,
  type Filter,
  type Generator,
  type LongCallOptions,
  type Metadata,
  type RecallOptions,
} from '@voisin/spec'
import { Calibrating } from './calibrating.ts'
import type { AddOptions, AddResult, AskOptions, Hit, Library, LibraryStatus, ListOptions } from './library.ts'

/** A library whose parts are open. */
export class OpenLibrary implements Library {
  readonly name: string
  readonly #opened: LibraryParts
  readonly #calibrating: Calibrating
  readonly #owned: readonly { close(): Promise<void> }[]
  readonly #chunker: Chunker
  readonly #generator: Generator | undefined
  readonly #loaders: readonly Loader[]
  readonly #closing = new AbortController()
  #closed: Promise<void> | undefined

  /** @param owned What closes with the library. */
  constructor(
    name: string,
    parts: LibraryParts,
    owned: readonly { close(): Promise<void> }[],
    chunker: Chunker,
    generator: Generator | undefined,
    loaders: readonly Loader[],
  ) {
    this.name = name
    this.#opened = parts
    this.#calibrating = new Calibrating(parts, parts.calibration)
    this.#owned = owned
    this.#chunker = chunker
    this.#generator = generator
    this.#loaders = loaders
  }

  async add(inputs: DocumentInputs, options: AddOptions = {}): Promise<AddResult> {
    const signal = this.#signal(options.signal)
    const { maxFileBytes, onProgress, loaders = this.#loaders } = options
    const call = { signal, ...(onProgress && { onProgress }), ...(maxFileBytes !== undefined && { maxFileBytes }) }
    const { documents, failed, notices } = await readDocuments(inputs, { ...call, loaders })
    const steps = ingest(documents, { ...this.#parts, chunker: this.#chunker, signal })
    for (;;) {
      const step = await steps.next()
      if (step.done) {
        // What an interrupted ingest of long ago has left, if nobody took it up again. Failing, it takes no receipt away.
        await sweep(this.#parts, { signal }).catch(() => {})
        this.#calibrating.soon(this.#closing.signal)
        return { ...step.value, failed: [...failed, ...step.value.failed], ...(notices.length > 0 && { notices }) }
      }
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

  async calibrate(options: LongCallOptions = {}): Promise<Calibration | undefined> {
    return await this.#calibrating.now({ ...options, signal: this.#signal(options.signal) })
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

  remove(id: string): Promise<boolean>
  remove(target: readonly string[] | { readonly filter: Filter<Metadata> }): Promise<number>
  async remove(target: string | readonly string[] | { readonly filter: Filter<Metadata> }): Promise<boolean | number> {
    const signal = this.#signal()
    if (typeof target !== 'string') return await removeDocuments(target, this.#parts, { signal })
    return (await removeDocuments([target], this.#parts, { signal })) > 0
  }

  async clear(): Promise<number> {
    return await clearLibrary(this.#parts, { signal: this.#signal() })
  }

  async rename(id: string, newId: string): Promise<boolean> {
    return await renameDocument(id, newId, { ...this.#parts, chunker: this.#chunker, signal: this.#signal() })
  }

  async document(id: string): Promise<Document | undefined> {
    return await readDocument(id, this.#parts, { signal: this.#signal() })
  }

  async documents({ filter, signal }: ListOptions = {}): Promise<DocumentInfo[]> {
    const call = { signal: this.#signal(signal), ...(filter && { filter }) }
    const list: DocumentInfo[] = []
    for await (const group of documentGroups(this.#parts, call)) list.push(...group)
    return list
  }

  async status(): Promise<LibraryStatus> {
    const signal = this.#signal()
    const { embedder, collection } = this.#parts
    const [{ memoryBytes, durability, dataState }, documents, chunks, calibration] = await Promise.all([
      collection.status(),
      collection.count({ kind: 'document' }, { signal }),
      collection.count({ kind: 'chunk' }, { signal }),
      this.#calibrating.refresh({ signal }),
    ])
    const { fingerprint } = embedder
    const common = { name: this.name, documents, chunks, embedder: fingerprint, memoryBytes, durability, dataState }
    return { ...common, ...(calibration && { calibration }) }
  }

  get #parts(): LibraryParts {
    return { ...this.#opened, calibration: this.#calibrating.current }
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
