export { createEmbedder } from './client.ts'
export type { EmbeddedBatch, EmbedderInfo, EmbedderOptions, ModelRuntime, RuntimeName, TextEmbedder, Token } from './embedder.ts'
export { fingerprintOf, type ModelSourceOptions, modelSource, registeredModels } from './model-registry.ts'
