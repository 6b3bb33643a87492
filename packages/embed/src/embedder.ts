import type { Embedder, LongCallOptions, ModelSource, VectorBatch } from '@voisin/spec'
import type { WorkerLike } from '@voisin/worker'
import type { LoadEngine } from './text-engine.ts'

/** One token of a text, as the model's tokenizer cuts it; with a static model, one word. */
export interface Token {
  readonly id: number
  /** As the vocabulary writes it: `##ing` continues a word. With a static model, normalised. */
  readonly text: string
  /** First UTF-16 code unit of the text that it stands for. */
  readonly start: number
  /** One past the last. */
  readonly end: number
}

/** A VectorBatch that says what it could not read to the end. */
export interface EmbeddedBatch extends VectorBatch {
  readonly fingerprint: string
  /** Positions of the texts that were longer than `maxTokens` and are cut off, in order. */
  readonly truncated: readonly number[]
}

/** What an embedder is made of. */
export interface EmbedderInfo {
  readonly model: string
  readonly revision: string
  readonly fingerprint: string
  readonly dim: number
  /** Special tokens included. */
  readonly maxTokens: number
  readonly runtime: RuntimeName
  /** `cpu` is plain JavaScript. */
  readonly device: 'cpu' | 'wasm'
  readonly threads: number
  /** Whether a text's vector is the same, to the bit, whatever it is embedded with. */
  readonly reproducible: boolean
  /** Whether the work is done in a worker. */
  readonly inWorker: boolean
  /** Bytes of the model's files. */
  readonly modelBytes: number
}

/** Text to unit vectors on this machine: the `Embedder` of @voisin/spec, and a look inside. */
export interface TextEmbedder extends Embedder, AsyncDisposable {
  /** @throws {EmptyTextError} A text has no visible character, or none that the model knows. Nothing is embedded then. */
  embedDocuments(texts: readonly string[], options?: LongCallOptions): Promise<EmbeddedBatch>
  /**
   * How many tokens each text has when it is embedded as a document, prefix and special tokens included, not cut off: a text with at
   * most `maxTokens` is read to its end.
   */
  countTokens(texts: readonly string[]): Promise<number[]>
  /**
   * Of each word, whether the model has it in its list: with a static model, whether there is a vector for it (for all its parts, where the
   * model reads several words in it); with an ONNX model, whether its tokenizer makes one token of it. An empty text is not known.
   */
  knows(words: readonly string[]): Promise<boolean[]>
  /** The text's tokens in order, without special tokens and without prefix, not cut off. */
  tokens(text: string): Promise<Token[]>
  info(): Promise<EmbedderInfo>
}

/** What runs a model: `static` is this package itself, and needs no other. */
export type RuntimeName = 'static' | 'xenova'

/** What runs ONNX models. Each has a subpath of its own, so that an app carries only what it imports: `@voisin/embed/xenova`. */
export interface ModelRuntime {
  /** Starts the worker that runs models with it. */
  startWorker(): WorkerLike
  /** Does the same on this thread. */
  readonly loadEngine: LoadEngine
}

export interface EmbedderOptions {
  /** A model's source, or the name of a registered model, whose files are then looked for under `modelsUrl`. */
  readonly model: ModelSource | string
  /** Folder of registered models: `<modelsUrl>/<name>/onnx/model.onnx` and so on. @default '/models/' of the page's own origin */
  readonly modelsUrl?: string | URL
  /**
   * What runs an ONNX model: `xenova`, from `@voisin/embed/xenova`. A static model, like the built-in one, needs none and takes none.
   */
  readonly runtime?: ModelRuntime
  /**
   * Where the work is done: `true`, a worker that is started here; `false`, this thread, which then does nothing else meanwhile, and
   * where a runtime that failed stays so until the page is reloaded; or a function that makes the worker, whose script must be this
   * package's `voisin-embed-worker.js`, or with the runtime `xenova` its `voisin-xenova-worker.js`.
   * @default true in pages and in their workers; false in service workers and on servers
   */
  readonly worker?: boolean | (() => WorkerLike)
  /** Of the runtime: folder that holds `ort-wasm-simd.wasm`. @default The copy in `@voisin/onnx-wasm`, which bundlers carry along */
  readonly wasmPaths?: string | URL
  /**
   * Runs one text at a time, so that its vector is the same, to the bit, whatever it is embedded with. Needed with ONNX models whose
   * activations are quantised (`model_quantized.onnx`): there, neighbours in a batch move a vector by up to .044 in cosine. With f32
   * models they move it by less than 1e-5. It costs little with a transformer. Static models are always so. @default false
   */
  readonly reproducible?: boolean
  /** Ends the loading: `createEmbedder` rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** The model's files, in bytes; phase `download`. Called again when a worker that died is replaced. */
  readonly onProgress?: LongCallOptions['onProgress']
}
