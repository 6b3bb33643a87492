import type { Build, EngineKind } from './engine.ts'

/** Its code, or an error with its name: an engine that cannot be had must not be missing silently. */
export async function loadKind(kind: EngineKind): Promise<Build> {
  try {
    return await kind.load()
  } catch (error) {
    throw new Error(`${kind.engine} could not be loaded: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}
