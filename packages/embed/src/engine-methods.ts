import { ClosedError } from '@voisin/spec'
import { type CallContext, transfer } from '@voisin/worker'
import type { EmbeddedBatch, EmbedderInfo, RuntimeName, Token } from './embedder.ts'
import { Engine, type EngineCall, type EngineSetup, type TextKind } from './engine.ts'
import type { Runtime } from './runtimes/runtime.ts'

/** What the embedding worker serves; the same is served on this thread with `worker: false`. */
export type EngineMethods = {
  /** Loads the model; comes before everything else, once. */
  load(setup: EngineSetup, context: CallContext): Promise<void>
  info(argument: undefined): Promise<Omit<EmbedderInfo, 'inWorker'>>
  embed(argument: { texts: readonly string[]; kind: TextKind }, context: CallContext): Promise<EmbeddedBatch>
  tokens(text: string): Promise<Token[]>
  countTokens(texts: readonly string[]): Promise<number[]>
  close(argument: undefined): Promise<void>
}

/** Each runtime is loaded when it is first asked for, with all it brings along. */
const RUNTIMES: Readonly<Record<RuntimeName, () => Promise<Runtime>>> = {
  xenova: async () => (await import('./runtimes/xenova.ts')).loadXenova,
}

/** The methods of one engine. */
export function engineMethods(): EngineMethods {
  let engine: Engine | undefined
  const loaded = (): Engine => {
    if (!engine) throw new ClosedError('No model is loaded.')
    return engine
  }
  const callOf = ({ signal, progress }: CallContext): EngineCall => ({ signal, onProgress: progress })
  return {
    load: async (setup, context) => {
      engine = await Engine.load(setup, await RUNTIMES[setup.runtime](), callOf(context))
    },
    info: async () => loaded().info,
    embed: async ({ texts, kind }, context) => {
      const batch = await loaded().embed(texts, kind, callOf(context))
      return transfer(batch, [batch.data.buffer])
    },
    tokens: async (text) => loaded().tokens(text),
    countTokens: async (texts) => loaded().countTokens(texts),
    close: async () => {
      await engine?.close()
      engine = undefined
    },
  }
}
