import { WorkerError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connect, startScript, type WorkerScript } from './index.ts'

const TEXT = "postMessage('from text'); onmessage = ({ data }) => postMessage(data)"
const textUrl = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
const missing = () => new Worker('/no/such/worker.js', { type: 'module' })
const refused = () => {
  throw new DOMException('of another origin', 'SecurityError')
}

/** A script whose starts from its file are counted. */
function script(start: () => Worker, text: string | null = TEXT) {
  const counted = {
    starts: 0,
    start: () => {
      counted.starts++
      return start()
    },
    load: async () => {
      if (text === null) throw new TypeError('no text either')
      return { default: text }
    },
  }
  return counted satisfies WorkerScript
}

/** What a started script says first, and then to each message. */
async function answersOf(started: WorkerScript, ...messages: unknown[]): Promise<unknown[]> {
  const worker = startScript(started)
  onTestFinished(() => worker.terminate())
  const answers: unknown[] = []
  const all = new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent) => {
      if (answers.push(data) === messages.length + 1) resolve()
    })
    worker.addEventListener('error', reject)
  })
  for (const message of messages) worker.postMessage(message, message instanceof ArrayBuffer ? [message] : [])
  await all
  return answers
}

test('a script is started from its file, and what was posted before it spoke comes in order', async () => {
  const file = textUrl(TEXT.replace('from text', 'from file'))
  const found = script(() => new Worker(file, { type: 'module' }))
  expect(await answersOf(found, 1, 'two', { three: 3 })).toEqual(['from file', 1, 'two', { three: 3 }])
})

test.each([
  ['is not there', missing],
  ['may not be started', refused],
])('a script whose file %s is started from its text, from then on at once', async (_, start) => {
  const found = script(start)
  const buffer = new ArrayBuffer(3)
  expect(await answersOf(found, 1, buffer)).toEqual(['from text', 1, new ArrayBuffer(3)])
  expect(buffer.byteLength).toBe(0)
  expect(await answersOf(found)).toEqual(['from text'])
  expect(found.starts).toBe(1)
})

test('a text is started as no module, for pages that have no origin, and is as strict as one', async () => {
  const started: { readonly options: WorkerOptions | undefined }[] = []
  class CountedWorker extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      started.push({ options })
    }
  }
  vi.stubGlobal('Worker', CountedWorker)
  onTestFinished(() => void vi.unstubAllGlobals())
  const strict = `postMessage('from text'); const name = 1; onmessage = () => postMessage((function () { return typeof this })())`
  expect(await answersOf(script(refused, strict), 1)).toEqual(['from text', 'undefined'])
  // Such a page is refused workers that are modules.
  expect(started.map(({ options }) => options?.type)).toEqual([undefined])
})

test('without a file and a text, calls reject with the cause and a way round', async () => {
  const connection = connect({ name: 'test worker', start: () => startScript(script(missing, null)) })
  onTestFinished(() => connection.close())
  const error = await connection.call('any' as never, undefined as never).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(WorkerError)
  expect(error).toMatchObject({ cause: { message: 'no text either' }, remedy: expect.stringContaining('pass a function') })
})

test('a script that is ended while its text comes is not started', async () => {
  const loaded = Promise.withResolvers<{ default: string }>()
  const worker = startScript({ start: refused, load: () => loaded.promise })
  let spoke = false
  worker.addEventListener('message', () => {
    spoke = true
  })
  worker.terminate()
  loaded.resolve({ default: TEXT })
  // It would have spoken by the time that one does which is started after it.
  await answersOf(script(refused))
  expect(spoke).toBe(false)
})
