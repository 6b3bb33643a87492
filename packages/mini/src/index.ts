import type { ModelSource } from '@voisin/spec'
import { REVISION, SHA256 } from './digests.ts'

/**
 * The built-in embedding model: one vector for each of some 44,000 English and French words and 2,500 word pieces, under 4 MB.
 * It starts at once and is fast; it does not read word order, so a large model understands more.
 */
export const miniModel: ModelSource = {
  name: 'voisin-mini',
  revision: REVISION,
  dim: 384,
  maxTokens: 512,
  pooling: 'mean',
  queryPrefix: '',
  documentPrefix: '',
  // In this very form, so that bundlers find the files and copy them.
  files: {
    model: new URL('../model/model.onnx', import.meta.url),
    tokenizer: new URL('../model/tokenizer.json', import.meta.url),
  },
  sha256: SHA256,
}
