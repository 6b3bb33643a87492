import { StaticModel } from '@voisin/mini/static'
import { InvalidArgumentError, isVoisinError, ModelLoadError, type StaticModelSource } from '@voisin/spec'
import { checkDimension } from './check-dimension.ts'
import type { EmbeddedBatch, EmbedderInfo, Token } from './embedder.ts'
import { checkDigest, fetchFiles } from './fetch-files.ts'
import { identityOf } from './model-registry.ts'
import { nextTurn } from './next-turn.ts'
import type { EngineCall, EngineSetup, TextEngine, TextKind } from './text-engine.ts'
import { checkTexts, emptyText } from './visible-text.ts'

/** How long one slice may take: short enough that a page which embeds on its own thread still draws every frame. */
const SLICE_MS = 8
/** Where the clock is coarse, texts alone end a slice. */
const SLICE_TEXTS = 512

/** What an engine asks of a model that was read. */
export type WordTable = Pick<StaticModel, 'dim' | 'words' | 'countWords' | 'knows' | 'embedInto'>

type ReadTable = (bytes: Uint8Array, isVerified: boolean) => WordTable

async function load(
  file: string | URL | Uint8Array,
  sha256: string | undefined,
  call: EngineCall,
  read: ReadTable,
): Promise<{ readonly table: WordTable; readonly length: number }> {
  const isBytes = file instanceof Uint8Array
  const url = isBytes ? 'What was given' : String(file)
  const [bytes] = isBytes ? [new Uint8Array(file)] : await fetchFiles([{ url, sha256: undefined }], call)
  // The browser computes the digest on another thread meanwhile. What is read of other bytes is thrown away, whatever came of it.
  const [digest, reading] = await Promise.allSettled([
    checkDigest(url, bytes, sha256),
    (async () => read(bytes, sha256 !== undefined))(),
  ])
  if (digest.status === 'rejected') throw digest.reason
  if (reading.status === 'rejected') throw reading.reason
  return { table: reading.value, length: bytes.length }
}

/** Which file is missing is what helps; why each place has failed is said by the first of them, where it should be. */
function foundNowhere({ name }: StaticModelSource, places: readonly string[], failures: readonly unknown[]): ModelLoadError {
  const file = places.at(-1)!.replace(/^.*\//, '')
  return new ModelLoadError(`The file of the model ${name} was found nowhere.`, {
    expected: `it at ${[...new Set(places)].join(' or ')}`,
    remedy: `Where the bundler leaves it behind, copy ${file} of the model's package beside the page, or name its place (\`model\` of \`openLibrary\`).`,
    retryable: failures.some((failure) => isVoisinError(failure) && failure.retryable),
    cause: failures[0],
  })
}

/** A table of word vectors: text → words → their weighted sum. It needs no runtime. */
export class StaticEngine implements TextEngine {
  readonly info: Omit<EmbedderInfo, 'inWorker'>
  readonly #source: StaticModelSource
  readonly #table: WordTable

  private constructor(source: StaticModelSource, table: WordTable, modelBytes: number) {
    this.#source = source
    this.#table = table
    this.info = {
      ...identityOf(source),
      runtime: 'static',
      device: 'cpu',
      threads: 1,
      reproducible: true,
      modelBytes,
    }
  }

  /** Fetches a model's file and reads it. @throws {ModelLoadError} Any of that failed. */
  static async load(
    { model: source }: EngineSetup,
    call: EngineCall,
    read: ReadTable = (bytes, isVerified) => StaticModel.from(bytes, { isVerified }),
  ): Promise<StaticEngine> {
    if (source.format !== 'static') {
      throw new InvalidArgumentError('This worker runs static models only.', {
        expected: 'a model of format static',
        received: `${source.name}, of format onnx`,
        remedy: 'Start the voisin-xenova-worker.js of @voisin/embed.',
      })
    }
    const { model, elsewhere = [] } = source.files
    const failures: unknown[] = []
    for (const file of [model, ...elsewhere]) {
      try {
        const { table, length } = await load(file, source.sha256?.model, call, read)
        checkDimension(source, table.dim)
        return new StaticEngine(source, table, length)
      } catch (error) {
        call.signal.throwIfAborted()
        if (!isVoisinError(error) || error.code !== 'model-load-failed') throw error
        failures.push(error)
      }
    }
    throw elsewhere.length === 0 ? failures[0] : foundNowhere(source, [model, ...elsewhere].map(String), failures)
  }

  async embed(texts: readonly string[], kind: TextKind, { signal, onProgress }: EngineCall): Promise<EmbeddedBatch> {
    checkTexts(texts)
    const { dim, maxTokens, queryPrefix, documentPrefix } = this.#source
    const prefix = kind === 'query' ? queryPrefix : documentPrefix
    const data = new Float32Array(texts.length * dim)
    const truncated: number[] = []
    const started = performance.now()
    for (let done = 0; done < texts.length; ) {
      // Lets an abort, or the query of someone who waits, come in.
      if (done > 0) await nextTurn()
      signal.throwIfAborted()
      const sliceStarted = performance.now()
      const sliceEnd = Math.min(done + SLICE_TEXTS, texts.length)
      do {
        const text = texts[done]!
        const how = this.#table.embedInto(prefix + text, maxTokens, data, done * dim)
        if (how === 'empty') throw emptyText(done, text, 'has nothing that the model can read')
        if (how === 'cut') truncated.push(done)
        done++
      } while (done < sliceEnd && performance.now() - sliceStarted < SLICE_MS)
      const msLeft = ((performance.now() - started) / done) * (texts.length - done)
      onProgress({ phase: 'embed', done, total: texts.length, unit: 'texts', msLeft })
    }
    return { data, count: texts.length, dim, fingerprint: this.info.fingerprint, truncated }
  }

  countTokens(texts: readonly string[]): number[] {
    return texts.map((text) => this.#table.countWords(this.#source.documentPrefix + text))
  }

  knows(words: readonly string[]): boolean[] {
    return words.map((word) => this.#table.knows(word))
  }

  tokens(text: string): Token[] {
    return this.#table.words(text)
  }

  /** Nothing to let go of: the table is an array, and goes with the engine. */
  async close(): Promise<void> {}
}
