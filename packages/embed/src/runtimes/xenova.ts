import { InferenceError, ModelLoadError, UnsupportedError } from '@voisin/spec'
import type { InferenceSession, Tensor } from 'onnxruntime-web'
import { importPackage } from './import-package.ts'
import type { LoadedModel, ModelFiles, RuntimeOptions, TokenBatch } from './runtime.ts'
import { type XenovaTokenizer, xenovaTokenizer } from './xenova-tokenizer.ts'

type Ort = typeof import('onnxruntime-web')

const WASM_FILE = 'ort-wasm-simd.wasm'
/** Names by which models give their last hidden states, most usual first. */
const OUTPUTS = ['last_hidden_state', 'token_embeddings', 'hidden_states']

/**
 * Runs a model with @xenova/transformers 2.17.2 (its tokenizers) and onnxruntime-web 1.14 (its sessions). Its pipelines are left
 * alone: they cut off the last special token of a long text and take files from a public network.
 */
export async function loadXenova(files: ModelFiles, { wasmFolder }: RuntimeOptions): Promise<LoadedModel> {
  const { ort, Tokenizer } = await importPackages()
  configure(ort, wasmFolder === undefined ? await ownWasm() : wasmFolder + WASM_FILE)
  const tokenizer = attempt('The tokenizer could not be built.', () =>
    xenovaTokenizer(new Tokenizer(files.tokenizer, {}) as XenovaTokenizer, files.tokenizer),
  )
  const session = await createSession(ort, files.model)
  const output = OUTPUTS.find((name) => session.outputNames.includes(name))
  if (!output) {
    throw new ModelLoadError('The model does not give its hidden states.', {
      expected: `an output named ${OUTPUTS.join(' or ')}`,
      received: session.outputNames.join(', '),
    })
  }
  const unknown = session.inputNames.filter((name) => !['input_ids', 'attention_mask', 'token_type_ids'].includes(name))
  if (unknown.length > 0) {
    throw new ModelLoadError('The model wants inputs that a text does not have.', { received: unknown.join(', ') })
  }
  return {
    runtime: 'xenova',
    tokenizer,
    threads: 1,
    run: async (batch) => statesOf(await infer(session, feedsFor(ort, session, batch)), output, batch),
    // This version's sessions have no public way to end.
    close: () => (session as unknown as { handler: { dispose(): Promise<void> } }).handler.dispose(),
  }
}

async function importPackages(): Promise<{ ort: Ort; Tokenizer: new (json: unknown, config: unknown) => unknown }> {
  const [runtime, transformers] = await Promise.all([
    importPackage('onnxruntime-web@1.14.0', () => import('onnxruntime-web')),
    importPackage('@xenova/transformers@2.17.2', () => import('@xenova/transformers')),
  ])
  // CommonJS: bundlers disagree whether its members are exports or members of the default export.
  const ort = (runtime as { default?: Ort }).default ?? runtime
  return { ort, Tokenizer: transformers.PreTrainedTokenizer as never }
}

async function ownWasm(): Promise<string> {
  return (await importPackage('@voisin/onnx-wasm', () => import('@voisin/onnx-wasm'))).wasmUrl
}

/** Must come after @xenova/transformers is loaded: it points the runtime at a public network. */
function configure(ort: Ort, wasmUrl: string): void {
  if (ort.env.wasm.simd === false) {
    const remedy = 'iOS 16.4 computes wrongly with SIMD: update it.'
    throw new UnsupportedError('The runtime needs WebAssembly SIMD, and this browser has none that works.', { remedy })
  }
  ort.env.wasm.wasmPaths = { [WASM_FILE]: wasmUrl }
  // More threads would need cross-origin isolation and, in this version, scripts made from strings.
  ort.env.wasm.numThreads = 1
  ort.env.wasm.simd = true
  ort.env.wasm.proxy = false
  ort.env.logLevel = 'error'
}

async function createSession(ort: Ort, model: Uint8Array): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, { executionProviders: ['wasm'], logSeverityLevel: 3 })
  } catch (cause) {
    const remedy = `Check that the model is ONNX of opset 18 or less, and that ${WASM_FILE} is served (option wasmPaths).`
    throw new ModelLoadError('The model could not be loaded.', { received: String(cause), remedy, cause })
  }
}

function feedsFor(ort: Ort, session: InferenceSession, { ids, mask, count, tokens }: TokenBatch): Record<string, Tensor> {
  const dims = [count, tokens]
  const feeds: Record<string, Tensor> = {}
  for (const name of session.inputNames) {
    const data = name === 'input_ids' ? ids : name === 'attention_mask' ? mask : new BigInt64Array(ids.length)
    feeds[name] = new ort.Tensor('int64', data, dims)
  }
  return feeds
}

async function infer(session: InferenceSession, feeds: Record<string, Tensor>): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await session.run(feeds)
  } catch (cause) {
    throw new InferenceError('The model failed while it ran.', { received: String(cause), retryable: true, cause })
  }
}

function statesOf(
  outputs: InferenceSession.OnnxValueMapType,
  name: string,
  { count, tokens }: TokenBatch,
): { data: Float32Array; dim: number } {
  const { data, dims, type } = outputs[name] as Tensor
  if (type !== 'float32' || dims.length !== 3 || dims[0] !== count || dims[1] !== tokens) {
    throw new InferenceError('The model gave hidden states of another form.', {
      expected: `float32 [${count}, ${tokens}, dim]`,
      received: `${type} [${dims.join(', ')}]`,
    })
  }
  return { data: data as Float32Array, dim: dims[2]! }
}

function attempt<T>(summary: string, build: () => T): T {
  try {
    return build()
  } catch (cause) {
    throw new ModelLoadError(summary, { received: String(cause), remedy: 'Check that the file is a tokenizer.json.', cause })
  }
}
