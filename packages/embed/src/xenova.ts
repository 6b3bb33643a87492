import type { ModelRuntime } from './embedder.ts'

/** Runs ONNX models with @xenova/transformers 2.17.2 and onnxruntime-web 1.14.0, which you install beside this package. */
export const xenova: ModelRuntime = {
  // In this very form, so that bundlers find the worker.
  startWorker: () => new Worker(new URL('./voisin-xenova-worker.js', import.meta.url), { type: 'module' }),
  loadEngine: async (setup, call) => {
    const [{ OnnxEngine }, { loadXenova }] = await Promise.all([import('./onnx-engine.ts'), import('./runtimes/xenova.ts')])
    return await OnnxEngine.load(setup, loadXenova, call)
  },
}
