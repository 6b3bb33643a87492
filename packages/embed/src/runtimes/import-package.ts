import { ModelLoadError } from '@voisin/spec'

/** A package that the app installs for the runtime. `name` is what npm installs, with its version where only one will do. */
export async function importPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw new ModelLoadError(`The runtime needs ${name}, which could not be loaded.`, {
      remedy: `npm install ${name}; Vite wants onnxruntime-web and @xenova/transformers in optimizeDeps.include.`,
      retryable: true,
      cause,
    })
  }
}
