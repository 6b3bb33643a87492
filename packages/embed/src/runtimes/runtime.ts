import type { RuntimeName, Token } from '../embedder.ts'

/** A model's files as they were fetched. */
export interface ModelFiles {
  /** ONNX. */
  readonly model: Uint8Array<ArrayBuffer>
  /** `tokenizer.json`, parsed. */
  readonly tokenizer: unknown
}

export interface RuntimeOptions {
  /** Folder of the wasm file, ending in `/`; that of @voisin/onnx-wasm where undefined. */
  readonly wasmFolder: string | undefined
}

/** Token ids of one batch, padded on the right. */
export interface TokenBatch {
  /** Row-major, length `count × tokens`. */
  readonly ids: BigInt64Array
  /** 1 where there is a token, 0 where there is padding; same shape. */
  readonly mask: BigInt64Array
  readonly count: number
  readonly tokens: number
}

export interface Tokenizer {
  /** Special tokens before and after every text. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly padId: number
  /** Stands for what the tokenizer has no token for; undefined where it has one for everything. */
  readonly unknownId: number | undefined
  /** Ids of a text, without special tokens, not cut off. */
  encode(text: string): number[]
  tokens(text: string): Token[]
}

/** A model that is ready to run. */
export interface LoadedModel {
  readonly runtime: RuntimeName
  readonly tokenizer: Tokenizer
  readonly threads: number
  /** Last hidden states: row-major, `count × tokens × dim`. */
  run(batch: TokenBatch): Promise<{ readonly data: Float32Array; readonly dim: number }>
  close(): Promise<void>
}

/** Loads a model. Rejects with ModelLoadError or UnsupportedError. */
export type Runtime = (files: ModelFiles, options: RuntimeOptions) => Promise<LoadedModel>
