import type { LongCallOptions } from './progress.ts'
import type { VectorBatch } from './vector.ts'

/** Text to vectors. Any ten-line object with these members is one. */
export interface Embedder {
  readonly dim: number
  /** Longest text it reads, in its own tokens; what is beyond is cut off. */
  readonly maxTokens: number
  /** Names the model and everything that changes its vectors. Vectors of two fingerprints cannot be compared. */
  readonly fingerprint: string
  /**
   * Embeds texts that will be searched.
   *
   * @returns One row for each text, in order, each of unit length.
   * @throws {EmptyTextError} A text has no visible character.
   */
  embedDocuments(texts: readonly string[], options?: LongCallOptions): Promise<VectorBatch>
  /** Embeds a text that is searched for. Length `dim`, unit length. */
  embedQuery(text: string, options?: { readonly signal?: AbortSignal }): Promise<Float32Array>
  /** How many tokens the text has for this model, not cut off. Absent where the embedder cannot tell. */
  countTokens?(texts: readonly string[]): Promise<number[]>
  /**
   * Which words the model has in its list, and so knows by themselves and not by their pieces or letters only: one answer for each word, in
   * order; upper and lower case are as it reads them. Looking up must be quick, since every question asks. Absent where the embedder cannot tell.
   */
  knows?(words: readonly string[]): Promise<readonly boolean[]>
  close(): Promise<void>
}

/** What is known of a model whatever its files look like. */
export interface ModelFacts {
  readonly name: string
  /** Changes whenever the files do. */
  readonly revision: string
  readonly dim: number
  /** Special tokens included. */
  readonly maxTokens: number
  /** Put before a text that is searched for, and before one that will be searched. */
  readonly queryPrefix: string
  readonly documentPrefix: string
}

/** A network and its tokenizer; it takes a runtime to run it. */
export interface OnnxModelSource extends ModelFacts {
  readonly format?: 'onnx'
  readonly pooling: 'mean' | 'cls' | 'last'
  readonly files: {
    /** ONNX: `input_ids`, `attention_mask` and perhaps `token_type_ids`, int64 [batch, tokens] → `last_hidden_state` f32 [batch, tokens, dim]. */
    readonly model: URL | string
    /** A Hugging Face `tokenizer.json`. */
    readonly tokenizer: URL | string
  }
  /** SHA-256 of the files, lower-case hex, checked before use where given. */
  readonly sha256?: { readonly model: string; readonly tokenizer: string }
}

/** One vector for each word, in one file of our own; it needs no runtime. */
export interface StaticModelSource extends ModelFacts {
  readonly format: 'static'
  readonly files: {
    /** Where the file lies, or its bytes. */
    readonly model: URL | string | Uint8Array
    /** Where it may also lie: looked at in this order when it is not there. */
    readonly elsewhere?: readonly (URL | string)[]
  }
  /** SHA-256 of the file, lower-case hex, checked before use where given. */
  readonly sha256?: { readonly model: string }
}

/** Where a model's files are and how to use them, told apart by `format`. Plain data except for the URLs. */
export type ModelSource = OnnxModelSource | StaticModelSource
