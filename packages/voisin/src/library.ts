import type {
  Calibration,
  DocumentInfo,
  DocumentInputs,
  IngestResult,
  Loader,
  AnswerOptions as RagAnswerOptions,
  ReadOptions,
  RetrieveOptions,
  SearchExplanation,
  SearchOptions,
} from '@voisin/rag'
import type {
  Answer,
  AnswerPart,
  Chunker,
  CollectionStatus,
  Document,
  Durability,
  Embedder,
  FieldKind,
  FieldPath,
  Filter,
  Generator,
  LongCallOptions,
  Metadata,
  Notice,
  Passage,
  RecallOptions,
  StaticModelSource,
} from '@voisin/spec'
import type { WorkerLike } from '@voisin/store'

/** A chunk that was found, in its document, and why: the same as a `Passage`. */
export type Hit<M extends object = Metadata> = Passage<M>

export interface LibraryOptions<M extends object = Metadata> {
  /**
   * Text to vectors. One that you give stays yours: `close()` does not close it. A library keeps the vectors of one embedder; opened
   * with another it is a ModelMismatchError. @default the built-in model, in a worker
   */
  readonly embedder?: Embedder
  /** Cuts documents. @default Markdown and plain text, chunks of at most 900 characters */
  readonly chunker?: Chunker
  /**
   * What reads files that are no texts: `[html(), docx(), zip()]` of `@voisin/rag/load/html`, `/docx`, `/odt`, `/epub`, `/zip`. They stay yours: `close()` does not
   * close them; a worker without a file ends by itself. @default none: Markdown, plain text and other text formats alone
   */
  readonly loaders?: readonly Loader[]
  /** Writes the answers of `ask`. @default none: answers are sentences of the documents */
  readonly generator?: Generator
  /**
   * Fields of the documents' metadata, by dotted path; `text` fields are searched by words too. Other ones may be named at any opening.
   * @default those that were named last; none in a new library: every field can be filtered by all the same
   */
  readonly fields?: { readonly [P in FieldPath<M>]?: FieldKind }
  /** Told of losses, evictions and newer tabs. */
  readonly onNotice?: (notice: Notice) => void
  /** Name of the IndexedDB database. @default 'voisin' */
  readonly database?: string
  /** When a write counts as done; `memory` stores nothing. @default 'power' */
  readonly durability?: Durability
  /** Whether embedding and storage run in workers, or here. @default true in pages and their workers; false elsewhere */
  readonly worker?: boolean
  /**
   * Makes the workers, for pages with a policy of their own: module workers that run `dist/voisin-store-worker.js` of `@voisin/store` and
   * `dist/voisin-embed-worker.js` of `@voisin/embed`. A function that is left out is voisin's own.
   */
  readonly workers?: { readonly store?: () => WorkerLike; readonly embed?: () => WorkerLike }
  /** Where the built-in model's file lies, or its bytes: `model/voisin-mini.bin` of `@voisin/mini`. @default where bundlers put it */
  readonly model?: StaticModelSource['files']['model']
  /** Ends the opening: it rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Progress of the opening: the model and the stored points. */
  readonly onProgress?: LongCallOptions['onProgress']
}

export interface AddOptions extends LongCallOptions, Pick<ReadOptions, 'maxFileBytes'> {
  /** @default the library's */
  readonly loaders?: readonly Loader[]
}

export interface AddResult extends IngestResult {
  /** What was left out of files or repaired in them, in sentences. Absent where that is nothing. */
  readonly notices?: readonly { readonly id: string; readonly notice: string }[]
}

export interface AskOptions<M extends object = Metadata>
  extends Pick<SearchOptions<M>, 'filter' | 'using' | 'denseWeight' | 'rerank'>,
    Pick<RetrieveOptions, 'limit' | 'maxTokens' | 'countTokens'>,
    Pick<RagAnswerOptions, 'minEvidence' | 'maxSentences' | 'refusal'> {
  /** Writes this answer. @default the library's */
  readonly generator?: Generator
  readonly signal?: AbortSignal
}

export interface ListOptions<M extends object = Metadata> {
  /** On the documents' metadata; `$id` is the document's id. */
  readonly filter?: Filter<M>
  readonly signal?: AbortSignal
}

export interface LibraryStatus {
  readonly name: string
  readonly documents: number
  readonly chunks: number
  /** Fingerprint of the embedder. */
  readonly embedder: string
  /** Bytes held in memory for searching. */
  readonly memoryBytes: number
  readonly durability: Durability
  /** `intact`, or why not. */
  readonly dataState: CollectionStatus['dataState']
  /** What weight meaning has here, and since when; absent where the library was never calibrated with this embedder. */
  readonly calibration?: Calibration
}

/**
 * Documents that can be searched and asked, under one name, in this browser.
 * @typeParam M What your documents' metadata are, for filters and what comes back. Nobody checks it: what `File`s bring is `{ name }`.
 */
export interface Library<M extends object = Metadata> extends AsyncDisposable {
  readonly name: string
  /**
   * Adds documents, or replaces those whose id exists; what has not changed is not embedded again. Takes files, texts, documents
   * `{ id, text, metadata, format }`, and arrays or a FileList of these.
   *
   * @returns What became of each. One bad document does not stop the rest: it is in `failed`, with its error.
   */
  add(inputs: DocumentInputs<Metadata extends M ? object : M>, options?: AddOptions): Promise<AddResult>
  /** Finds the chunks nearest to a question, by words and by meaning, best first. */
  search(question: string, options?: SearchOptions<M>): Promise<Hit<M>[]>
  /** Searches, and tells how instead of what: which way was taken and why, what a filter lets through, how long each part took. */
  explain(question: string, options?: Omit<SearchOptions<M>, 'rerank'>): Promise<SearchExplanation>
  /**
   * The share of the nearest chunks that searches by meaning find, 0 … 1: some of the library's own vectors ask, and a search of them all says
   * what there was to find.
   */
  checkRecall(options?: Omit<RecallOptions, 'using'>): Promise<number>
  /**
   * Finds out what weight meaning should have against words in these documents, for searches that do not say it (`denseWeight`), and keeps it with the
   * library: sentences are taken out of up to 200 chunks, and searches that are given one have to find the rest. Happens by itself, in the
   * background, after `add`: from 50 chunks on, and whenever there are twice or half as many; but with an embedder of yours only where it has
   * `knows`. It holds no one up; an ONNX model takes a minute or two.
   *
   * @returns Undefined, and nothing changes, where fewer than 20 chunks have three sentences.
   */
  calibrate(options?: LongCallOptions): Promise<Calibration | undefined>
  /** Answers from the documents, with citations, or says that they do not answer. */
  ask(question: string, options?: AskOptions<M>): Promise<Answer>
  /** The same in pieces, as they come; the last one, of type `end`, is the whole. */
  askStream(question: string, options?: AskOptions<M>): AsyncIterable<AnswerPart>
  /** Removes a document. Resolves to whether it was there. */
  remove(id: string): Promise<boolean>
  /** Removes documents by id, or those whose metadata match, up to 10,000 at once or not at all. Resolves to how many were there. */
  remove(target: readonly string[] | { readonly filter: Filter<M> }): Promise<number>
  /** Removes all documents, at once or not at all. Resolves to how many there were. */
  clear(): Promise<number>
  /**
   * Gives a document another id, without embedding it again. Resolves to whether it was there.
   * @throws {ConflictError} There is one of the new id: nothing is changed.
   */
  rename(id: string, newId: string): Promise<boolean>
  /** The document with this id, as it was added. */
  document(id: string): Promise<Document<M> | undefined>
  /** All documents, or those that match, without their text, in the order of first adding. */
  documents(options?: ListOptions<M>): Promise<DocumentInfo<M>[]>
  status(): Promise<LibraryStatus>
  /** Ends what is running and closes the library; every later call rejects with ClosedError. What was stored stays. */
  close(): Promise<void>
}
