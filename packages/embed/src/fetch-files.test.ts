import { ModelLoadError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fetchFiles } from './fetch-files.ts'

const file = [{ url: 'https://models.example/model.bin', sha256: undefined }]
const call = () => ({ signal: new AbortController().signal, onProgress: () => {} })

/** A server that sends so many bytes, one by one, and then `end`s or says nothing more. */
function serve(bytes: number, isEnded: boolean): { sent: number } {
  const state = { sent: 0 }
  vi.stubGlobal('fetch', async (_: string, { signal }: RequestInit) => {
    const body = new ReadableStream({
      start: (controller) => signal?.addEventListener('abort', () => controller.error(signal.reason)),
      pull: (controller) => {
        if (state.sent < bytes) controller.enqueue(Uint8Array.of(state.sent++))
        else if (isEnded) controller.close()
      },
    })
    return new Response(body)
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  return state
}

test('a server that says nothing more is told from one that ends', async () => {
  serve(3, true)
  expect(await fetchFiles(file, call(), 1_000)).toEqual([Uint8Array.of(0, 1, 2)])
  serve(3, false)
  await expect(fetchFiles(file, call(), 20)).rejects.toMatchObject({
    code: 'model-load-failed',
    retryable: true,
    expected: expect.stringContaining('20 ms'),
  })
})

test('a caller who gives up meanwhile gets the own reason', async () => {
  serve(0, false)
  const controller = new AbortController()
  const fetched = fetchFiles(file, { signal: controller.signal, onProgress: () => {} }, 60_000)
  controller.abort(new Error('enough'))
  await expect(fetched).rejects.toThrow('enough')
})

test('what breaks off is told at once', async () => {
  vi.stubGlobal(
    'fetch',
    async () => new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError('gone')) })),
  )
  onTestFinished(() => void vi.unstubAllGlobals())
  await expect(fetchFiles(file, call())).rejects.toBeInstanceOf(ModelLoadError)
})
