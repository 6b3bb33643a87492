import { ClosedError, InvalidArgumentError } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { type CallContext, connect, serveHere, transfer } from './index.ts'

type Methods = {
  double(value: number): Promise<number>
  give(length: number): Promise<Uint8Array>
  fail(): Promise<void>
  hold(argument: undefined, context: CallContext): Promise<void>
  letters(text: string): AsyncIterable<string>
}

let given: Uint8Array | undefined
let heldReason: unknown

const methods: Methods = {
  double: async (value) => value * 2,
  give: async (length) => {
    given = new Uint8Array(length)
    return transfer(given, [given.buffer])
  },
  fail: async () => {
    throw new InvalidArgumentError('No.')
  },
  hold: (_, { signal, progress }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        heldReason = signal.reason
        resolve()
      })
      progress({ phase: 'hold', done: 0, unit: 'texts' })
    }),
  async *letters(text) {
    yield* text
  },
}

describe('methods served here', () => {
  test('answer as a worker would', async () => {
    const connection = connect<Methods>({ name: 'page', start: () => serveHere(methods) })
    expect(await connection.call('double', 21)).toBe(42)
    await expect(connection.call('fail', undefined)).rejects.toBeInstanceOf(InvalidArgumentError)
    const letters: string[] = []
    for await (const letter of connection.stream('letters', 'abc')) letters.push(letter)
    expect(letters).toEqual(['a', 'b', 'c'])
    connection.close()
    await expect(connection.call('double', 1)).rejects.toBeInstanceOf(ClosedError)
  })

  test('lose the buffers that they transfer', async () => {
    const connection = connect<Methods>({ name: 'page', start: () => serveHere(methods) })
    expect(await connection.call('give', 100)).toHaveLength(100)
    expect(given?.buffer.byteLength).toBe(0)
    connection.close()
  })

  test('are told when the connection is closed', async () => {
    const connection = connect<Methods>({ name: 'page', start: () => serveHere(methods) })
    await new Promise<void>((started) => {
      connection.call('hold', undefined, { onProgress: () => started() }).catch(() => {})
    })
    connection.close()
    await expect.poll(() => heldReason).toMatchObject({ code: 'closed' })
  })
})
