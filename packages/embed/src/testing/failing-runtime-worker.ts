import { InferenceError } from '@voisin/spec'
import { serve } from '@voisin/worker'
import type { EngineMethods } from '../engine-methods.ts'

/** Serves an engine that loads, and fails with each text unless its name says otherwise. */
const methods: EngineMethods = {
  load: async () => {},
  info: async () => ({
    model: 'failing',
    revision: '1',
    fingerprint: 'failing',
    dim: 2,
    maxTokens: 8,
    runtime: 'xenova',
    device: 'wasm',
    threads: 1,
    reproducible: false,
    modelBytes: 0,
  }),
  embed: async ({ texts }) => {
    if ((globalThis as { name?: string }).name === 'works') {
      return { data: new Float32Array(texts.length * 2), count: texts.length, dim: 2, fingerprint: 'failing', truncated: [] }
    }
    throw new InferenceError('The model failed while it ran.')
  },
  tokens: async () => [],
  countTokens: async () => [],
  knows: async () => [],
  close: async () => {},
}

serve(globalThis, methods)
