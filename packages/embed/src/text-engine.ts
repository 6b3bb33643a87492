import type { ModelSource, Progress } from '@voisin/spec'
import type { EmbeddedBatch, EmbedderInfo, Token } from './embedder.ts'

/** What an engine needs of one call. */
export interface EngineCall {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** What an engine is loaded from: plain data, so that it can cross to a worker. */
export interface EngineSetup {
  /** URLs as strings, absolute. */
  readonly model: ModelSource
  readonly wasmFolder: string | undefined
  readonly reproducible: boolean
}

export type TextKind = 'document' | 'query'

/** A loaded model, and the way from texts to unit vectors. */
export interface TextEngine {
  readonly info: Omit<EmbedderInfo, 'inWorker'>
  /** Embeds texts in order. Aborts and other calls come in between two slices of the work. */
  embed(texts: readonly string[], kind: TextKind, call: EngineCall): Promise<EmbeddedBatch>
  /** Tokens of each text as a document, prefix and special tokens included, not cut off. */
  countTokens(texts: readonly string[]): number[]
  /** Of each word, whether it is one token of the model's, and not the one for what it does not know; with a static model, in its list. */
  knows(words: readonly string[]): boolean[]
  /** Tokens of a text, without special tokens and without prefix, not cut off. */
  tokens(text: string): Token[]
  close(): Promise<void>
}

/** Fetches a model's files and makes an engine of them. @throws {ModelLoadError} Any of that failed. */
export type LoadEngine = (setup: EngineSetup, call: EngineCall) => Promise<TextEngine>
