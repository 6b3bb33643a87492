import type { LoadedModel, Runtime, TokenBatch } from '../runtimes/runtime.ts'

/** What the fake has been asked for. */
export interface Recorded {
  readonly batches: TokenBatch[]
  isClosed: boolean
}

/** A model of two dimensions whose token is a character: its state is [1, its code]. Specials are 1 and 2, padding is 0. */
export function fakeRuntime(recorded: Recorded, onRun: () => void = () => {}): Runtime {
  return async (): Promise<LoadedModel> => ({
    runtime: 'xenova',
    threads: 1,
    tokenizer: {
      before: [1],
      after: [2],
      padId: 0,
      unknownId: '?'.charCodeAt(0),
      encode: (text) => Array.from(text, (character) => character.charCodeAt(0)),
      tokens: () => [],
    },
    run: async (batch) => {
      onRun()
      recorded.batches.push(batch)
      const data = new Float32Array(batch.ids.length * 2)
      batch.ids.forEach((id, index) => {
        data[index * 2] = 1
        data[index * 2 + 1] = Number(id)
      })
      return { data, dim: 2 }
    },
    close: async () => {
      recorded.isClosed = true
    },
  })
}
