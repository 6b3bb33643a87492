import type { StaticModelSource } from '@voisin/spec'
import { REVISION, SHA256 } from './digests.ts'

/**
 * The built-in embedding model: one vector for each of some 53,000 English and French words and 4,000 word pieces, some 4 MB in one file. It needs
 * no runtime, starts at once and is fast; it does not read word order, so a large model understands more.
 */
export const miniModel: StaticModelSource = {
  name: 'voisin-mini',
  revision: REVISION,
  dim: 384,
  maxTokens: 512,
  queryPrefix: '',
  documentPrefix: '',
  format: 'static',
  // In this very form, so that bundlers find the file and copy it.
  files: { model: new URL('../model/voisin-mini.bin', import.meta.url) },
  sha256: SHA256,
}
