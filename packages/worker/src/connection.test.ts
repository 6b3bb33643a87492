import {
  ClosedError,
  DeadlineError,
  ERROR_CLASSES,
  ForeignError,
  InvalidArgumentError,
  type Progress,
  type VoisinErrorCode,
  WorkerError,
} from '@voisin/spec'
import { afterEach, describe, expect, test } from 'vitest'
import { type CallOptions, type Connection, type ConnectOptions, connect } from './index.ts'
import type { TestMethods } from './testing/worker.ts'

const start = () => new Worker(new URL('./testing/worker.ts', import.meta.url), { type: 'module' })
const open: Connection<TestMethods>[] = []

function connected(options: Partial<ConnectOptions> = {}): Connection<TestMethods> {
  const connection = connect<TestMethods>({ name: 'test worker', start, ...options })
  open.push(connection)
  return connection
}

/** What the promise rejects with. */
function failureOf(promise: Promise<unknown>): Promise<Error & { readonly cause: Error; readonly expected?: string }> {
  return promise.then(
    () => expect.unreachable(),
    (error) => error,
  )
}

/** Options whose promise resolves when the method has started: it reports once. */
function whenStarted(): { options: CallOptions; started: Promise<void>; controller: AbortController } {
  const controller = new AbortController()
  let onProgress: () => void
  const started = new Promise<void>((resolve) => {
    onProgress = resolve
  })
  return { options: { signal: controller.signal, onProgress: () => onProgress() }, started, controller }
}

afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})

describe('a call', () => {
  test('comes back with a clone of what the method gives', async () => {
    const argument = { text: 'é', when: new Date(7), big: 7n, bytes: new Uint8Array([1, 2]) }
    expect(await connected().call('echo', argument)).toEqual(argument)
  })

  test('takes its argument when it is made', async () => {
    const connection = connected()
    const argument = [1]
    const early = connection.call('echo', argument)
    argument[0] = 2
    expect(await early).toEqual([1])
    const late = connection.call('echo', argument)
    argument[0] = 3
    expect(await late).toEqual([2])
  })

  test('reaches the worker in the order in which it was made', async () => {
    const connection = connected()
    const calls = Array.from({ length: 50 }, (_, value) => connection.call('remember', value))
    const recalled = connection.call('recall', undefined)
    await Promise.all(calls)
    expect(await recalled).toBe(49)
  })

  test.for(Object.keys(ERROR_CLASSES) as VoisinErrorCode[])('rejects with the class, code and cause of %s', async (code) => {
    const error = await failureOf(connected().call('throwError', code))
    expect(error).toBeInstanceOf(ERROR_CLASSES[code])
    expect(error).toMatchObject({
      code,
      message: 'The outer one. Expected something, received something else. Do it better.',
      expected: 'something',
      received: 'something else',
      remedy: 'Do it better.',
      retryable: true,
      dataState: 'partial',
    })
    expect(error.stack).toContain('worker.ts')
    expect(error.cause).toBeInstanceOf(InvalidArgumentError)
    expect(error.cause.cause).toBeInstanceOf(RangeError)
  })

  test('rejects with a ForeignError for what is not of voisin', async () => {
    const error = await failureOf(connected().call('throwTypeError', undefined))
    expect(error).toBeInstanceOf(ForeignError)
    expect(error.cause).toBeInstanceOf(TypeError)
    expect(error.cause).toMatchObject({ message: 'not a function', cause: 'a plain cause' })
    await expect(connected().call('throwText', undefined)).rejects.toMatchObject({ code: 'foreign', cause: 'a text' })
    await expect(connected().call('throwAbort', undefined)).rejects.toMatchObject({ name: 'AbortError', message: 'stopped' })
  })

  test('refuses an argument that cannot be cloned, before and after the worker has started', async () => {
    const connection = connected()
    await expect(connection.call('echo', () => 1)).rejects.toBeInstanceOf(InvalidArgumentError)
    expect(await connection.call('echo', 1)).toBe(1)
    await expect(connection.call('echo', () => 1)).rejects.toBeInstanceOf(InvalidArgumentError)
    expect(connection.generation).toBe(1)
  })

  test('rejects when the result cannot be cloned', async () => {
    await expect(connected().call('unclonable', undefined)).rejects.toBeInstanceOf(ForeignError)
  })

  test('names the methods when there is none of that name', async () => {
    const connection = connected() as unknown as Connection<{ toString(argument: undefined): Promise<void> }>
    await expect(connection.call('toString', undefined)).rejects.toMatchObject({ code: 'invalid-argument', received: 'toString' })
  })

  test('has received all progress when it resolves', async () => {
    const seen: number[] = []
    const onProgress = (progress: Progress) => seen.push(progress.done)
    const connection = connected()
    expect(await connection.call('report', 2000, { onProgress })).toBe(2000)
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1))
  })

  test('rejects with what its progress listener throws', async () => {
    const onProgress = () => {
      throw new RangeError('no room for the bar')
    }
    await expect(connected().call('report', 3, { onProgress })).rejects.toBeInstanceOf(RangeError)
  })

  test('transfers buffers in both directions', async () => {
    const connection = connected()
    for (const round of [1, 2]) {
      const buffer = new ArrayBuffer(round * 1000)
      expect(await connection.call('byteLength', buffer, { transfer: [buffer] })).toBe(round * 1000)
      expect(buffer.byteLength).toBe(0)
    }
    const filled = await connection.call('fill', 1000)
    expect(filled).toEqual(new Float32Array(1000).fill(0.5))
  })
})

describe('an abort', () => {
  test('before the call rejects with its reason and starts no worker', async () => {
    const connection = connected()
    const signal = AbortSignal.abort('enough')
    await expect(connection.call('echo', 1, { signal })).rejects.toBe('enough')
    expect(connection.generation).toBe(0)
  })

  test('while the worker starts rejects with its reason', async () => {
    const controller = new AbortController()
    const call = connected().call('echo', 1, { signal: controller.signal })
    controller.abort('enough')
    await expect(call).rejects.toBe('enough')
  })

  test('during the call rejects with its very reason, and tells the method', async () => {
    const connection = connected()
    const { options, started, controller } = whenStarted()
    const call = connection.call('waitForAbort', 'first', options)
    await started
    const reason = new RangeError('enough')
    controller.abort(reason)
    await expect(call).rejects.toBe(reason)
    const [seen] = (await connection.call('abortsSeen', undefined)) as [string, Error][]
    expect(seen?.[0]).toBe('first')
    expect(seen?.[1]).toMatchObject({ name: 'RangeError', message: 'enough' })
  })

  test('during a call that never looks at it rejects all the same', async () => {
    const connection = connected()
    await connection.call('echo', 1)
    const controller = new AbortController()
    const call = connection.call('never', undefined, { signal: controller.signal })
    controller.abort('enough')
    await expect(call).rejects.toBe('enough')
    expect(await connection.call('echo', 2)).toBe(2)
  })
})

describe('a deadline', () => {
  test('rejects a call that does not answer, and tells the method', async () => {
    const connection = connected()
    await connection.call('echo', 1)
    const call = connection.call('waitForAbort', 'late', { deadlineMs: 10 })
    await expect(call).rejects.toBeInstanceOf(DeadlineError)
    const [seen] = (await connection.call('abortsSeen', undefined)) as [string, Error][]
    expect(seen?.[0]).toBe('late')
  })

  test('counts while the worker is busy or starting', async () => {
    const connection = connected()
    const spinning = connection.call('spin', undefined)
    spinning.catch(() => {})
    await expect(connection.call('echo', 1, { deadlineMs: 10 })).rejects.toBeInstanceOf(DeadlineError)
  })
})

describe('a stream', () => {
  test('gives all items in order', async () => {
    const seen: number[] = []
    for await (const item of connected().stream('count', 500)) seen.push(item)
    expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index + 1))
  })

  test('is not started before it is read', async () => {
    const connection = connected()
    connection.stream('count', 5)
    expect(connection.generation).toBe(0)
  })

  test('ends the method when the loop is left, and is never far ahead', async () => {
    const connection = connected()
    for await (const item of connection.stream('count', 1_000_000)) if (item === 3) break
    await expect.poll(() => connection.call('produced', undefined)).toMatchObject({ isEnded: true })
    const produced = await connection.call('produced', undefined)
    expect(produced.items).toBeLessThanOrEqual(3 + 16)
  })

  test('waits for its reader', async () => {
    const connection = connected()
    const items = connection.stream('count', 1000)[Symbol.asyncIterator]()
    await items.next()
    expect((await connection.call('produced', undefined)).items).toBeLessThanOrEqual(17)
    await items.return?.()
  })

  test('gives the items before an error, then the error', async () => {
    const seen: number[] = []
    const read = async () => {
      for await (const item of connected().stream('countThenThrow', 40)) seen.push(item)
    }
    await expect(read()).rejects.toBeInstanceOf(InvalidArgumentError)
    expect(seen).toHaveLength(40)
  })

  test('rejects with the reason of an abort', async () => {
    const controller = new AbortController()
    const read = async () => {
      for await (const item of connected().stream('count', 1_000_000, { signal: controller.signal })) {
        if (item === 30) controller.abort('enough')
      }
    }
    await expect(read()).rejects.toBe('enough')
  })

  test('rejects when an item cannot be cloned', async () => {
    const read = async () => {
      for await (const _ of connected().stream('unclonableItem', undefined)) expect.unreachable()
    }
    await expect(read()).rejects.toBeInstanceOf(ForeignError)
  })

  test('rejects when the worker dies', async () => {
    const connection = connected()
    const read = async () => {
      for await (const item of connection.stream('count', 1_000_000)) {
        if (item === 5) connection.call('end', undefined).catch(() => {})
      }
    }
    await expect(read()).rejects.toBeInstanceOf(WorkerError)
  })

  test('is told from a call', async () => {
    const connection = connected()
    await expect(connection.call('count' as 'echo', 3)).rejects.toBeInstanceOf(InvalidArgumentError)
    const read = async () => {
      for await (const _ of connection.stream('echo' as 'count', 3)) expect.unreachable()
    }
    await expect(read()).rejects.toBeInstanceOf(InvalidArgumentError)
  })
})

describe('a worker that fails', () => {
  test('to load rejects every call', async () => {
    const connection = connected({ start: () => new Worker('/no/such/worker.js', { type: 'module' }) })
    const calls = await Promise.allSettled([connection.call('echo', 1), connection.call('echo', 2)])
    for (const call of calls) expect(call.status === 'rejected' && call.reason).toBeInstanceOf(WorkerError)
    expect(connection.generation).toBe(1)
  })

  test('while loading rejects with what it threw', async () => {
    const start = () => new Worker(new URL('./testing/throwing-worker.ts', import.meta.url), { type: 'module' })
    const error = await failureOf(connected({ start }).call('echo', 1))
    expect(error).toBeInstanceOf(WorkerError)
    expect(error.message).toContain('thrown while loading')
  })

  test('to be constructed rejects with the cause', async () => {
    const start = () => {
      throw new SyntaxError('no workers here')
    }
    const error = await failureOf(connected({ start }).call('echo', 1))
    expect(error).toBeInstanceOf(WorkerError)
    expect(error.cause).toBeInstanceOf(SyntaxError)
  })

  test('to say that it is ready rejects after readyMs', async () => {
    const start = () => new Worker(new URL('./testing/silent-worker.ts', import.meta.url), { type: 'module' })
    const error = await failureOf(connected({ start, readyMs: 20 }).call('echo', 1))
    expect(error).toBeInstanceOf(WorkerError)
    expect(error.expected).toContain('20 ms')
  })

  test('to serve at once is heard when it does', async () => {
    const start = () => new Worker(new URL('./testing/late-worker.ts', import.meta.url), { type: 'module' })
    expect(await connected({ start }).call('echo', 1)).toBe(1)
  })

  test('by ending itself rejects everything pending', async () => {
    const connection = connected()
    const calls = await Promise.allSettled([
      connection.call('never', undefined),
      connection.call('waitForAbort', 'dying'),
      connection.call('end', undefined),
    ])
    for (const call of calls) expect(call.status === 'rejected' && call.reason).toBeInstanceOf(WorkerError)
  })

  test('outside of any method is replaced', async () => {
    const connection = connected()
    await expect(connection.call('crash', undefined)).rejects.toThrow('thrown outside of any method')
    expect(await connection.call('echo', 1)).toBe(1)
  })

  test('is followed by another, which is prepared again', async () => {
    const prepared: unknown[] = []
    const connection = connected({
      prepare: async (call) => {
        await call('remember', 7)
        prepared.push(await call('recall', undefined))
      },
    })
    expect(connection.generation).toBe(0)
    expect(await connection.call('recall', undefined)).toBe(7)
    await connection.call('remember', 8)
    expect(connection.generation).toBe(1)
    await expect(connection.call('end', undefined)).rejects.toBeInstanceOf(WorkerError)
    expect(await connection.call('recall', undefined)).toBe(7)
    expect(connection.generation).toBe(2)
    expect(prepared).toEqual([7, 7])
  })
})

describe('restart', () => {
  test('rejects what is pending, and the next call has a new worker', async () => {
    const connection = connected()
    connection.restart()
    await connection.call('remember', 7)
    const pending = connection.call('never', undefined)
    connection.restart()
    await expect(pending).rejects.toBeInstanceOf(WorkerError)
    expect(await connection.call('recall', undefined)).toBe(0)
    expect(connection.generation).toBe(2)
  })
})

describe('prepare', () => {
  test('fails the calls that wait for it, and the next call tries again', async () => {
    let attempts = 0
    const connection = connected({
      prepare: async (call) => {
        attempts++
        if (attempts === 1) await call('throwError', 'model-load-failed')
      },
    })
    const calls = await Promise.allSettled([connection.call('echo', 1), connection.call('echo', 2)])
    for (const call of calls) expect(call).toMatchObject({ status: 'rejected', reason: { code: 'model-load-failed' } })
    expect(await connection.call('echo', 3)).toBe(3)
    expect(connection.generation).toBe(2)
  })

  test('that dies with its worker rejects the calls that wait', async () => {
    const connection = connected({
      prepare: async (call) => {
        await call('end', undefined)
      },
    })
    await expect(connection.call('echo', 1)).rejects.toBeInstanceOf(WorkerError)
  })
})

describe('close', () => {
  test('rejects what is pending and what comes after', async () => {
    const connection = connected()
    const pending = connection.call('never', undefined)
    const { options, started } = whenStarted()
    const running = connection.call('waitForAbort', 'closing', options)
    await started
    connection.close()
    connection.close()
    await expect(pending).rejects.toBeInstanceOf(ClosedError)
    await expect(running).rejects.toBeInstanceOf(ClosedError)
    await expect(connection.call('echo', 1)).rejects.toBeInstanceOf(ClosedError)
    await expect(connection.stream('count', 1)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(ClosedError)
  })

  test('while the worker is being prepared rejects the calls that wait', async () => {
    const connection = connected({ prepare: () => new Promise(() => {}) })
    const waiting = connection.call('echo', 1)
    connection.close()
    await expect(waiting).rejects.toBeInstanceOf(ClosedError)
  })
})

describe('a call whose outcome matters', () => {
  const givenUp = new Error('enough')

  test('resolves with what was done although it was given up', async () => {
    const { options, started, controller } = whenStarted()
    const call = connected().call('finishWhenAborted', 7, { ...options, lastWordMs: 60_000 })
    await started
    controller.abort(givenUp)
    expect(await call).toBe(7)
  })

  test('rejects with the caller’s own reason where the method was stopped by it', async () => {
    const { options, started, controller } = whenStarted()
    const call = connected().call('waitForAbort', 'outcome', { ...options, lastWordMs: 60_000 })
    const failed = failureOf(call)
    await started
    controller.abort(givenUp)
    expect(await failed).toBe(givenUp)
  })

  test('says that nobody knows where no word comes', async () => {
    const { options, started, controller } = whenStarted()
    const failed = failureOf(connected().call('ignoreAbort', undefined, { ...options, lastWordMs: 1 }))
    await started
    controller.abort(givenUp)
    expect(await failed).toMatchObject({ code: 'aborted', dataState: 'unknown', cause: givenUp })
  })

  test('rejects at once where it was given up before it was sent', async () => {
    const controller = new AbortController()
    const call = connected({ prepare: () => new Promise(() => {}) }).call('echo', 1, {
      signal: controller.signal,
      lastWordMs: 60_000,
    })
    const failed = failureOf(call)
    controller.abort(givenUp)
    expect(await failed).toBe(givenUp)
  })
})
