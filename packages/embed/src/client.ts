import {
  ClosedError,
  InferenceError,
  InvalidArgumentError,
  type LongCallOptions,
  ModelLoadError,
  type ModelSource,
  WorkerError,
} from '@voisin/spec'
import {
  type Connection,
  connect,
  hasWorkers,
  serveHere,
  startScript,
  startTrusted,
  type WorkerLike,
  type WorkerScript,
} from '@voisin/worker'
import type { EmbeddedBatch, EmbedderInfo, EmbedderOptions, ModelRuntime, TextEmbedder, Token } from './embedder.ts'
import { type EngineMethods, engineMethods } from './engine-methods.ts'
import { loadStatic } from './load-static.ts'
import { asFolder, fingerprintOf, modelSource } from './model-registry.ts'
import type { EngineSetup } from './text-engine.ts'
import { checkStrings, checkTexts } from './visible-text.ts'

/**
 * Loads a model, in a worker of its own, and resolves when it can embed.
 *
 * @throws {ModelLoadError} Its files could not be fetched, are not what the source says, or do not run.
 * @throws {WorkerError} The worker could not be started.
 * @throws {InvalidArgumentError} The model's name is not registered, it needs a runtime, or an option is not of its form.
 */
export async function createEmbedder(options: EmbedderOptions): Promise<TextEmbedder> {
  options.signal?.throwIfAborted()
  const setup = setupOf(options)
  const connection = connect<EngineMethods>({
    name: 'embedding worker',
    start: starterOf(options),
    // On every new worker: a worker that died took its model along.
    prepare: async (call) => {
      await call('load', setup, { onProgress: options.onProgress })
    },
  })
  try {
    const info = await connection.call('info', undefined, { signal: options.signal })
    return new WorkerEmbedder(connection, setup.model, { ...info, inWorker: (options.worker ?? hasWorkers()) !== false })
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Everything that crosses to the engine, as plain data. */
function setupOf({ model, modelsUrl, runtime, wasmPaths, reproducible = false }: EmbedderOptions): EngineSetup {
  const source = typeof model === 'string' ? modelSource(model, asFolder(modelsUrl ?? '/models/') + model) : model
  checkRuntime(source, runtime)
  return {
    model: withAbsoluteFiles(source),
    wasmFolder: wasmPaths === undefined ? undefined : asFolder(absolute(wasmPaths)),
    reproducible,
  }
}

function checkRuntime({ name, format }: ModelSource, runtime: ModelRuntime | undefined): void {
  if (format === 'static') {
    if (runtime === undefined) return
    throw new InvalidArgumentError(`The model ${name} is static and takes no runtime.`, { remedy: 'Leave `runtime` out.' })
  }
  if (typeof runtime?.startWorker === 'function') return
  throw new InvalidArgumentError(`The model ${name} needs a runtime.`, {
    expected: 'a `runtime`, because the model is ONNX',
    received: typeof runtime === 'object' ? 'another object' : String(runtime),
    remedy:
      "Install @xenova/transformers 2.17.2 and onnxruntime-web 1.14.0, import { xenova } from '@voisin/embed/xenova', pass `runtime: xenova`.",
  })
}

function withAbsoluteFiles(source: ModelSource): ModelSource {
  if (source.format === 'static') {
    const { model, elsewhere = [] } = source.files
    const file = model instanceof Uint8Array ? model : absolute(model)
    return { ...source, files: { model: file, elsewhere: elsewhere.map(absolute) } }
  }
  return { ...source, files: { model: absolute(source.files.model), tokenizer: absolute(source.files.tokenizer) } }
}

/** A worker has another base for relative URLs than its page, and cannot be sent a URL object. */
function absolute(url: string | URL): string {
  try {
    return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href
  } catch (cause) {
    throw new ModelLoadError('A file of the model has no address here.', {
      expected: 'a whole URL, as this script has none to begin at',
      received: String(url),
      remedy: 'Name its place with its origin, or give its bytes (`model` of `openLibrary`).',
      cause,
    })
  }
}

const script: WorkerScript = {
  start: () => new Worker(new URL('./voisin-embed-worker.js', import.meta.url), { type: 'module' }),
  load: () => import('./worker-text.ts'),
}

function starterOf({ worker = hasWorkers(), runtime }: EmbedderOptions): () => WorkerLike {
  if (typeof worker === 'function') return worker
  if (worker && runtime) return () => startTrusted(() => runtime.startWorker())
  if (worker) return () => startScript(script)
  return () => {
    const methods = engineMethods(runtime?.loadEngine ?? loadStatic)
    const here = serveHere(methods)
    const { terminate } = here
    return Object.assign(here, {
      terminate: () => {
        void methods.close(undefined)
        terminate()
      },
    })
  }
}

/** Where the caller has no signal: with one, `close()` reaches an embedding that runs on this thread. Made late: a server may forbid it while it starts. */
const never = () => new AbortController().signal

class WorkerEmbedder implements TextEmbedder {
  readonly dim: number
  readonly maxTokens: number
  readonly fingerprint: string
  readonly #connection: Connection<EngineMethods>
  readonly #info: EmbedderInfo
  #isClosed = false

  constructor(connection: Connection<EngineMethods>, model: ModelSource, info: EmbedderInfo) {
    this.#connection = connection
    this.#info = info
    this.dim = model.dim
    this.maxTokens = model.maxTokens
    this.fingerprint = fingerprintOf(model)
  }

  async embedDocuments(texts: readonly string[], { signal, onProgress }: LongCallOptions = {}): Promise<EmbeddedBatch> {
    this.#refuseIfClosed()
    checkTexts(texts)
    signal?.throwIfAborted()
    return await this.#retried(() =>
      this.#connection.call('embed', { texts, kind: 'document' }, { signal: signal ?? never(), onProgress }),
    )
  }

  async embedQuery(text: string, { signal }: { readonly signal?: AbortSignal } = {}): Promise<Float32Array> {
    this.#refuseIfClosed()
    checkTexts([text])
    signal?.throwIfAborted()
    const { data } = await this.#retried(() =>
      this.#connection.call('embed', { texts: [text], kind: 'query' }, { signal: signal ?? never() }),
    )
    return data
  }

  async countTokens(texts: readonly string[]): Promise<number[]> {
    this.#refuseIfClosed()
    checkStrings(texts)
    return await this.#retried(() => this.#connection.call('countTokens', texts))
  }

  async knows(words: readonly string[]): Promise<boolean[]> {
    this.#refuseIfClosed()
    checkStrings(words)
    return await this.#retried(() => this.#connection.call('knows', words))
  }

  async tokens(text: string): Promise<Token[]> {
    this.#refuseIfClosed()
    checkStrings([text])
    return await this.#retried(() => this.#connection.call('tokens', text))
  }

  async info(): Promise<EmbedderInfo> {
    this.#refuseIfClosed()
    return this.#info
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#connection.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new ClosedError('The embedder is closed.')
  }

  /**
   * A worker that died, or whose runtime failed (after which nothing it computes can be trusted), is replaced, and what it was asked
   * for is asked once more.
   */
  async #retried<T>(ask: () => Promise<T>): Promise<T> {
    const { generation } = this.#connection
    try {
      return await ask()
    } catch (error) {
      if (error instanceof InferenceError) {
        // Unless another call has already done so.
        if (this.#connection.generation === generation) this.#connection.restart()
      } else if (!(error instanceof WorkerError)) throw error
      return await ask()
    }
  }
}
