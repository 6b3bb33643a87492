import { InvalidArgumentError, ModelLoadError, type OnnxModelSource } from '@voisin/spec'
import { type BatchLimits, planBatches } from './batcher.ts'
import { checkDimension } from './check-dimension.ts'
import type { EmbeddedBatch, EmbedderInfo, Token } from './embedder.ts'
import { fetchFiles } from './fetch-files.ts'
import { identityOf } from './model-registry.ts'
import { nextTurn } from './next-turn.ts'
import { poolInto } from './pooling.ts'
import type { LoadedModel, ModelFiles, Runtime, TokenBatch } from './runtimes/runtime.ts'
import type { EngineCall, EngineSetup, TextEngine, TextKind } from './text-engine.ts'
import { checkTexts, emptyText } from './visible-text.ts'

/**
 * Small, so that an abort or a waiting query is heard within half a second even with a transformer on a slow machine. On one thread
 * larger batches were not faster: all-MiniLM-L6-v2 took the same time per text from 512 tokens to 8,192, and nearly so one by one.
 */
const BATCH: BatchLimits = { maxTokens: 512, maxTexts: 64 }
const ONE_BY_ONE: BatchLimits = { maxTokens: 1, maxTexts: 1 }
/** Texts that are sorted by length together; what is tokenised and not yet embedded is at most this many. */
const WINDOW_TEXTS = 512

/** Where the limits of a batch are given: for tests. */
export interface OnnxSetup extends EngineSetup {
  /** @default 512 tokens, 64 texts */
  readonly batch?: BatchLimits
}

/** A network that a runtime runs: tokens → batches → hidden states → pooled. */
export class OnnxEngine implements TextEngine {
  readonly info: Omit<EmbedderInfo, 'inWorker'>
  readonly #source: OnnxModelSource
  readonly #model: LoadedModel
  readonly #limits: BatchLimits

  private constructor(source: OnnxModelSource, model: LoadedModel, { reproducible, batch }: OnnxSetup, modelBytes: number) {
    this.#source = source
    this.#model = model
    this.#limits = reproducible ? ONE_BY_ONE : (batch ?? BATCH)
    this.info = {
      ...identityOf(source),
      runtime: model.runtime,
      device: 'wasm',
      threads: model.threads,
      reproducible,
      modelBytes,
    }
  }

  /** Fetches a model's files, loads them and runs them once. @throws {ModelLoadError} Any of that failed. */
  static async load(setup: OnnxSetup, runtime: Runtime, call: EngineCall): Promise<OnnxEngine> {
    const source = setup.model
    if (source.format === 'static') {
      throw new InvalidArgumentError('This worker runs ONNX models only.', {
        expected: 'a model of format onnx',
        received: `${source.name}, of format static`,
        remedy: 'Leave the runtime out, and start the voisin-embed-worker.js of @voisin/embed.',
      })
    }
    const { files, bytes } = await fetchModel(source, call)
    const model = await runtime(files, { wasmFolder: setup.wasmFolder })
    if (call.signal.aborted) {
      await model.close()
      throw call.signal.reason
    }
    const engine = new OnnxEngine(source, model, setup, bytes)
    await engine.#prove()
    return engine
  }

  async embed(texts: readonly string[], kind: TextKind, { signal, onProgress }: EngineCall): Promise<EmbeddedBatch> {
    checkTexts(texts)
    const { dim } = this.#source
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
      const lengths = sequences.map((ids) => ids.length)
      for (const rows of planBatches(lengths, this.#limits)) {
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

  countTokens(texts: readonly string[]): number[] {
    const { before, after } = this.#model.tokenizer
    const { documentPrefix } = this.#source
    return texts.map((text) => this.#model.tokenizer.encode(documentPrefix + text).length + before.length + after.length)
  }

  knows(words: readonly string[]): boolean[] {
    const { encode, unknownId } = this.#model.tokenizer
    const isOne = (ids: readonly number[]) => ids.length === 1 && ids[0] !== unknownId
    // Some tokenizers know a word at the beginning of a text by another token than one that follows a space, or by none.
    return words.map((word) => word.trim() !== '' && [word, ` ${word}`].some((text) => isOne(encode(text))))
  }

  tokens(text: string): Token[] {
    return this.#model.tokenizer.tokens(text)
  }

  close(): Promise<void> {
    return this.#model.close()
  }

  /** Cuts the text's own tokens, never the special ones after them: a model reads the last of those as the end. */
  #encode(text: string, kind: TextKind, position: number): { ids: number[]; isCut: boolean } {
    const { maxTokens, queryPrefix, documentPrefix } = this.#source
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
    checkDimension(this.#source, dim)
    const vectors = new Float32Array(batch.count * dim)
    const lengths = sequences.map((ids) => ids.length)
    poolInto(vectors, { data, count: batch.count, tokens: batch.tokens, dim, lengths }, this.#source.pooling)
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

async function fetchModel({ files, sha256 }: OnnxModelSource, call: EngineCall): Promise<{ files: ModelFiles; bytes: number }> {
  const tokenizerFile = { url: files.tokenizer, sha256: sha256?.tokenizer }
  const [tokenizer, model] = await fetchFiles([tokenizerFile, { url: files.model, sha256: sha256?.model }], call)
  return { files: { model, tokenizer: parse(files.tokenizer, tokenizer) }, bytes: tokenizer.length + model.length }
}

function parse(url: URL | string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    const remedy = 'A server that answers every path with its start page does this: check the URLs of the model source.'
    throw new ModelLoadError(`${url} is not JSON.`, { expected: 'a tokenizer.json', remedy, cause })
  }
}
