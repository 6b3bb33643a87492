import { modelSource, type TextEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import type { ModelSource } from '@voisin/spec'
import { loadModel } from '../measure/load-model.ts'

export interface BenchModel {
  readonly name: string
  /** Whether embedding a set takes minutes, so that its vectors are worth keeping. */
  readonly isSlow: boolean
  readonly source: ModelSource
}

const POTION = '/shared/models/minishlab/potion-base-4M-int8/'

/** Models by name; the first two are measured unless others are asked for. */
export const MODELS: readonly BenchModel[] = [
  { name: 'mini', isSlow: false, source: miniModel },
  {
    name: 'potion',
    isSlow: false,
    source: {
      name: 'minishlab/potion-base-4M-int8',
      revision: '8b61df4',
      dim: 128,
      maxTokens: 512,
      pooling: 'mean',
      queryPrefix: '',
      documentPrefix: '',
      files: { model: `${POTION}onnx/model.onnx`, tokenizer: `${POTION}tokenizer.json` },
    },
  },
  {
    name: 'minilm',
    isSlow: true,
    source: modelSource('Xenova/all-MiniLM-L6-v2', '/shared/models/Xenova/all-MiniLM-L6-v2/'),
  },
]

export async function openEmbedder({ name, source }: BenchModel): Promise<TextEmbedder> {
  try {
    return await loadModel(source)
  } catch (cause) {
    throw new Error(
      `The model ${name} cannot be loaded. Put the public models beside the checkout, under ../shared/models, or say where in VOISIN_SHARED. ${String(cause)}`,
      { cause },
    )
  }
}
