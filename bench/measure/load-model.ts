import { createEmbedder, type TextEmbedder } from '@voisin/embed'
import { xenova } from '@voisin/embed/xenova'
import type { ModelSource } from '@voisin/spec'

/** Loads a model, with a runtime where it needs one. */
export function loadModel(model: ModelSource): Promise<TextEmbedder> {
  return createEmbedder(model.format === 'static' ? { model } : { model, runtime: xenova })
}
