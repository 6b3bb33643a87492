import { ModelLoadError, type ModelSource, type Progress } from '@voisin/spec'
import { type BatchLimits, planBatches } from './batcher.ts'
import type { EmbeddedBatch, EmbedderInfo, RuntimeName, Token } from './embedder.ts'
import { fetchModel } from './fetch-model.ts'
import { fingerprintOf } from './model-registry.ts'
import { nextTurn } from './next-turn.ts'
import { poolInto } from './pooling.ts'
import type { LoadedModel, Runtime, TokenBatch } from './runtimes/runtime.ts'
import { checkTexts, emptyText } from './visible-text.ts'

/**
 * Small, so that an abort or a waiting query is heard within half a second even with a transformer on a slow machine. On one thread
 * larger batches were not faster: all-MiniLM-L6-v2 took the same time per text from 512 tokens to 8,192, and nearly so one by one.
 */
const BATCH: BatchLimits = { maxTokens: 512, maxTexts: 64 }
const ONE_BY_ONE: BatchLimits = { maxTokens: 1, maxTexts: 1 }
/** Texts that are sorted by length together; what is tokenised and not yet embedded is at most this many. */
const WINDOW_TEXTS = 512

/** What an engine needs of one call. */
export interface EngineCall {
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** What an engine is loaded from: plain data, so that it can cross to a worker. */
export interface EngineSetup {
  /** URLs as strings, absolute. */
  readonly model: ModelSource
  readonly runtime: RuntimeName
  readonly wasmFolder: string | undefined
  readonly reproducible: boolean
  /** @default 512 tokens, 64 texts */
  readonly batch?: BatchLimits
}

export type TextKind = 'document' | 'query'

/** A loaded model, and the way from texts to unit vectors: tokens → batches → hidden states → pooled. */
export class Engine {
  readonly info: Omit<EmbedderInfo, 'inWorker'>
  readonly #setup: EngineSetup
  readonly #model: LoadedModel

  private constructor(setup: EngineSetup, model: LoadedModel, modelBytes: number) {
    this.#setup = setup
    this.#model = model
    const { name, revision, dim, maxTokens } = setup.model
    this.info = {
      model: name,
      revision,
      fingerprint: fingerprintOf(setup.model),
      dim,
      maxTokens,
      runtime: setup.runtime,
      device: 'wasm',
      threads: model.threads,
      reproducible: setup.reproducible,
      modelBytes,
    }
  }

  /** Fetches a model's files, loads them and runs them once. @throws {ModelLoadError} Any of that failed. */
  static async load(setup: EngineSetup, runtime: Runtime, call: EngineCall): Promise<Engine> {
    const files = await fetchModel(setup.model, call)
    const model = await runtime(files, { wasmFolder: setup.wasmFolder })
    if (call.signal.aborted) {
      await model.close()
      throw call.signal.reason
    }
    const engine = new Engine(setup, model, files.bytes)
    await engine.#prove()
    return engine
  }

  /** Embeds texts in order. An abort is heard between two batches. */
  async embed(texts: readonly string[], kind: TextKind, { signal, onProgress }: EngineCall): Promise<EmbeddedBatch> {
    checkTexts(texts)
    const { dim } = this.#setup.model
    const data = new Float32Array(texts.length * dim)
    const truncated: number[] = []
    const started = performance.now()
    let done = 0
    for (let start = 0; start < texts.length; start += WINDOW_TEXTS) {
      const sequences: number[][] = []
      for (let position = start; position < Math.min(start + WINDOW_TEXTS, texts.length); position++) {
        const { ids, isCut } = this.#encode(texts[position]!, kind, position)
        sequences.push(ids)
        if (isCut) truncated.push(position)
      }
      const limits = this.#setup.reproducible ? ONE_BY_ONE : (this.#setup.batch ?? BATCH)
      const lengths = sequences.map((ids) => ids.length)
      for (const rows of planBatches(lengths, limits)) {
        // Lets an abort, or the query of someone who waits, come in.
        await nextTurn()
        signal.throwIfAborted()
        const vectors = await this.#run(Array.from(rows, (row) => sequences[row]!))
        rows.forEach((row, index) => {
          data.set(vectors.subarray(index * dim, (index + 1) * dim), (start + row) * dim)
        })
        done += rows.length
        const msLeft = ((performance.now() - started) / done) * (texts.length - done)
        onProgress({ phase: 'embed', done, total: texts.length, unit: 'texts', msLeft })
      }
    }
    return { data, count: texts.length, dim, fingerprint: this.info.fingerprint, truncated }
  }

  /** Tokens of each text as a document, prefix and special tokens included, not cut off. */
  countTokens(texts: readonly string[]): number[] {
    const { before, after } = this.#model.tokenizer
    const { documentPrefix } = this.#setup.model
    return texts.map((text) => this.#model.tokenizer.encode(documentPrefix + text).length + before.length + after.length)
  }

  tokens(text: string): Token[] {
    return this.#model.tokenizer.tokens(text)
  }

  close(): Promise<void> {
    return this.#model.close()
  }

  /** Cuts the text's own tokens, never the special ones after them: a model reads the last of those as the end. */
  #encode(text: string, kind: TextKind, position: number): { ids: number[]; isCut: boolean } {
    const { maxTokens, queryPrefix, documentPrefix } = this.#setup.model
    const { before, after, encode } = this.#model.tokenizer
    const own = encode((kind === 'query' ? queryPrefix : documentPrefix) + text)
    if (own.length === 0) throw emptyText(position, text, 'has nothing that the model can read')
    const room = Math.max(1, maxTokens - before.length - after.length)
    const isCut = own.length > room
    return { ids: [...before, ...(isCut ? own.slice(0, room) : own), ...after], isCut }
  }

  /** One batch: unit vectors, row-major. */
  async #run(sequences: readonly number[][]): Promise<Float32Array> {
    const batch = padded(sequences, this.#model.tokenizer.padId)
    const { data, dim } = await this.#model.run(batch)
    const expected = this.#setup.model.dim
    if (dim !== expected) {
      throw new ModelLoadError('The model has another dimension than its source says.', {
        expected: `dim ${expected}`,
        received: `dim ${dim}`,
        remedy: 'Correct `dim` in the model source.',
      })
    }
    const vectors = new Float32Array(batch.count * dim)
    const lengths = sequences.map((ids) => ids.length)
    poolInto(vectors, { data, count: batch.count, tokens: batch.tokens, dim, lengths }, this.#setup.model.pooling)
    return vectors
  }

  /** One run at load: what cannot work fails here, and not in the middle of someone's documents. */
  async #prove(): Promise<void> {
    try {
      await this.#run([this.#encode('a', 'document', 0).ids])
    } catch (cause) {
      await this.close()
      if (cause instanceof ModelLoadError) throw cause
      throw new ModelLoadError('The model was loaded and does not run.', { received: String(cause), cause })
    }
  }
}

/** Rows of one width, padded on the right. */
function padded(sequences: readonly number[][], padId: number): TokenBatch {
  const count = sequences.length
  const tokens = Math.max(...sequences.map((ids) => ids.length))
  const ids = new BigInt64Array(count * tokens).fill(BigInt(padId))
  const mask = new BigInt64Array(count * tokens)
  sequences.forEach((sequence, row) => {
    sequence.forEach((id, column) => {
      ids[row * tokens + column] = BigInt(id)
      mask[row * tokens + column] = 1n
    })
  })
  return { ids, mask, count, tokens }
}
