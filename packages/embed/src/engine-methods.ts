import { ClosedError } from '@voisin/spec'
import { type CallContext, transfer } from '@voisin/worker'
import type { EmbeddedBatch, EmbedderInfo, Token } from './embedder.ts'
import type { EngineCall, EngineSetup, LoadEngine, TextEngine, TextKind } from './text-engine.ts'

/** What the embedding worker serves; the same is served on this thread with `worker: false`. */
export type EngineMethods = {
  /** Loads the model; comes before everything else, once. */
  load(setup: EngineSetup, context: CallContext): Promise<void>
  info(argument: undefined): Promise<Omit<EmbedderInfo, 'inWorker'>>
  embed(argument: { texts: readonly string[]; kind: TextKind }, context: CallContext): Promise<EmbeddedBatch>
  tokens(text: string): Promise<Token[]>
  countTokens(texts: readonly string[]): Promise<number[]>
  knows(words: readonly string[]): Promise<boolean[]>
  close(argument: undefined): Promise<void>
}

/** The methods of one engine. */
export function engineMethods(loadEngine: LoadEngine): EngineMethods {
  let engine: TextEngine | undefined
  const loaded = (): TextEngine => {
    if (!engine) throw new ClosedError('No model is loaded.')
    return engine
  }
  const callOf = ({ signal, progress }: CallContext): EngineCall => ({ signal, onProgress: progress })
  return {
    load: async (setup, context) => {
      engine = await loadEngine(setup, callOf(context))
    },
    info: async () => loaded().info,
    embed: async ({ texts, kind }, context) => {
      const batch = await loaded().embed(texts, kind, callOf(context))
      return transfer(batch, [batch.data.buffer])
    },
    tokens: async (text) => loaded().tokens(text),
    countTokens: async (texts) => loaded().countTokens(texts),
    knows: async (words) => loaded().knows(words),
    close: async () => {
      await engine?.close()
      engine = undefined
    },
  }
}
