import { ERROR_CLASSES, InvalidArgumentError, type Progress, type VoisinErrorCode } from '@voisin/spec'
import { type CallContext, serve, transfer } from '../index.ts'

/** What the tests' worker serves. */
export type TestMethods = {
  echo(argument: unknown): Promise<unknown>
  remember(value: number): Promise<void>
  recall(): Promise<number>
  throwError(code: VoisinErrorCode): Promise<void>
  throwTypeError(): Promise<void>
  throwAbort(): Promise<void>
  throwText(): Promise<void>
  unclonable(): Promise<unknown>
  report(count: number, context: CallContext): Promise<number>
  fill(length: number): Promise<Float32Array>
  byteLength(buffer: ArrayBuffer): Promise<number>
  waitForAbort(tag: string, context: CallContext): Promise<never>
  /** Reports once, and resolves with `value` when it is given up. */
  finishWhenAborted(value: number, context: CallContext): Promise<number>
  /** Reports once, and never answers, whatever happens. */
  ignoreAbort(argument: undefined, context: CallContext): Promise<never>
  abortsSeen(): Promise<unknown[]>
  count(to: number, context: CallContext): AsyncIterable<number>
  countThenThrow(to: number): AsyncIterable<number>
  unclonableItem(): AsyncIterable<unknown>
  produced(): Promise<{ items: number; isEnded: boolean }>
  never(): Promise<never>
  end(): Promise<never>
  crash(): Promise<never>
  spin(): Promise<never>
}

let remembered = 0
let items = 0
let isEnded = false
const aborts: unknown[] = []

const methods: TestMethods = {
  echo: async (argument) => argument,
  remember: async (value) => {
    remembered = value
  },
  recall: async () => remembered,
  throwError: async (code) => {
    const cause = new InvalidArgumentError('The inner one.', { expected: 'a', cause: new RangeError('the innermost one') })
    throw new ERROR_CLASSES[code]('The outer one.', {
      expected: 'something',
      received: 'something else',
      remedy: 'Do it better.',
      retryable: true,
      dataState: 'partial',
      cause,
    })
  },
  throwTypeError: async () => {
    throw new TypeError('not a function', { cause: 'a plain cause' })
  },
  throwAbort: async () => {
    throw new DOMException('stopped', 'AbortError')
  },
  throwText: async () => {
    throw 'a text'
  },
  unclonable: async () => () => 1,
  report: async (count, { progress }) => {
    for (let done = 1; done <= count; done++) progress({ phase: 'count', done, total: count, unit: 'texts' } satisfies Progress)
    return count
  },
  fill: async (length) => {
    const data = new Float32Array(length).fill(0.5)
    return transfer(data, [data.buffer])
  },
  byteLength: async (buffer) => buffer.byteLength,
  waitForAbort: (tag, { signal, progress }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborts.push([tag, signal.reason])
        reject(signal.reason)
      })
      progress({ phase: 'waiting', done: 0, unit: 'texts' })
    }),
  finishWhenAborted: (value, { signal, progress }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(value))
      progress({ phase: 'wait', done: 0, unit: 'texts' })
    }),
  ignoreAbort: (_, { progress }) => {
    progress({ phase: 'wait', done: 0, unit: 'texts' })
    return new Promise(() => {})
  },
  abortsSeen: async () => aborts.map((entry) => structuredClone(entry)),
  async *count(to) {
    items = 0
    isEnded = false
    try {
      for (let item = 1; item <= to; item++) {
        items++
        yield item
      }
    } finally {
      isEnded = true
    }
  },
  async *countThenThrow(to) {
    for (let item = 1; item <= to; item++) yield item
    throw new InvalidArgumentError('No more.')
  },
  async *unclonableItem() {
    yield () => 1
  },
  produced: async () => ({ items, isEnded }),
  never: () => new Promise(() => {}),
  end: async () => {
    self.close()
    return await new Promise<never>(() => {})
  },
  crash: () => {
    queueMicrotask(() => {
      throw new Error('thrown outside of any method')
    })
    return new Promise<never>(() => {})
  },
  spin: async () => {
    for (;;);
  },
}

serve(self, methods)
