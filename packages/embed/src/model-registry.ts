import { InvalidArgumentError, type ModelFacts, type ModelSource, type OnnxModelSource } from '@voisin/spec'
import type { EmbedderInfo } from './embedder.ts'

/** What is known of a model wherever its files lie. */
type RegisteredModel = Omit<ModelFacts, 'name' | 'revision'> & Pick<OnnxModelSource, 'pooling'>

/** Facts that no model file holds together: `tokenizer.json` of this one says 128 tokens, its configuration 512, it was made for 256. */
const MODELS: Readonly<Record<string, RegisteredModel>> = {
  'Xenova/all-MiniLM-L6-v2': { dim: 384, maxTokens: 256, pooling: 'mean', queryPrefix: '', documentPrefix: '' },
}

const MODEL_FILES = { fp32: 'onnx/model.onnx', q8: 'onnx/model_quantized.onnx' } as const

export interface ModelSourceOptions {
  /** Which weights: `fp32`, or `q8` with weights and activations of 8 bits (see `reproducible`). @default 'fp32' */
  readonly dtype?: keyof typeof MODEL_FILES
  /** The files' own revision, where they have one; part of the fingerprint. @default '1' */
  readonly revision?: string
}

/** Names of the models whose pooling, prefixes and lengths are known here. */
export function registeredModels(): string[] {
  return Object.keys(MODELS)
}

/**
 * The source of a registered model whose files, in the usual layout of `onnx/model.onnx` and `tokenizer.json`, lie in one folder.
 *
 * @param baseUrl That folder, with or without a `/` at its end.
 * @throws {InvalidArgumentError} There is no such model in the registry.
 */
export function modelSource(name: string, baseUrl: string | URL, options: ModelSourceOptions = {}): OnnxModelSource {
  const model = Object.hasOwn(MODELS, name) ? MODELS[name]! : undefined
  if (!model) {
    throw new InvalidArgumentError('The model is not in the registry.', {
      expected: registeredModels().join(', '),
      received: name,
      remedy: 'Describe it yourself, as a ModelSource.',
    })
  }
  const { dtype = 'fp32', revision = '1' } = options
  const folder = asFolder(baseUrl)
  return {
    name,
    revision: `${revision}-${dtype}`,
    ...model,
    files: { model: folder + MODEL_FILES[dtype], tokenizer: `${folder}tokenizer.json` },
  }
}

/**
 * Names the model and everything that changes its vectors. The runtime is not part of it: two runtimes differ by less than 1e-5.
 */
export function fingerprintOf(model: ModelSource): string {
  const kind = model.format === 'static' ? 'static' : model.pooling
  const facts = [`${model.name}@${model.revision}`, kind, String(model.dim), String(model.maxTokens)]
  if (model.queryPrefix || model.documentPrefix) {
    facts.push(JSON.stringify(model.queryPrefix), JSON.stringify(model.documentPrefix))
  }
  return facts.join(' ')
}

/** What an embedder says of the model itself. */
export function identityOf(model: ModelSource): Pick<EmbedderInfo, 'model' | 'revision' | 'fingerprint' | 'dim' | 'maxTokens'> {
  const { name, revision, dim, maxTokens } = model
  return { model: name, revision, fingerprint: fingerprintOf(model), dim, maxTokens }
}

/** The same URL, ending in `/`. */
export function asFolder(url: string | URL): string {
  const text = String(url)
  return text.endsWith('/') ? text : `${text}/`
}
