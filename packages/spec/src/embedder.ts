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
  close(): Promise<void>
}

/** Where a model's files are and how to use them. Plain data except for the URLs. */
export interface ModelSource {
  readonly name: string
  /** Changes whenever the files do. */
  readonly revision: string
  readonly dim: number
  /** Special tokens included. */
  readonly maxTokens: number
  readonly pooling: 'mean' | 'cls' | 'last'
  /** Put before a text that is searched for, and before one that will be searched. */
  readonly queryPrefix: string
  readonly documentPrefix: string
  readonly files: {
    /** ONNX: `input_ids`, `attention_mask` and perhaps `token_type_ids`, int64 [batch, tokens] → `last_hidden_state` f32 [batch, tokens, dim]. */
    readonly model: URL | string
    /** A Hugging Face `tokenizer.json`. */
    readonly tokenizer: URL | string
  }
  /** SHA-256 of the files, lower-case hex, checked before use where given. */
  readonly sha256?: { readonly model: string; readonly tokenizer: string }
}
