import { expect, onTestFinished, test } from 'vitest'

/** A page with a policy of its own. What its script, a module's body, posts to its parent is returned. */
async function answerOfPage(policy: string, script: string): Promise<unknown> {
  const frame = document.createElement('iframe')
  onTestFinished(() => frame.remove())
  const answer = new Promise((resolve) => {
    const listen = (event: MessageEvent) => {
      if (event.source === frame.contentWindow) resolve(event.data)
    }
    addEventListener('message', listen)
    onTestFinished(() => removeEventListener('message', listen))
  })
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script type="module">
    import { startTrusted } from '${new URL('trusted-worker.ts', import.meta.url)}'
    const url = URL.createObjectURL(new Blob(["postMessage('started')"], { type: 'text/javascript' }))
    const start = () => new Worker(url)
    const said = (worker) => new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data)))
    try { parent.postMessage(${script}, '*') } catch (error) { parent.postMessage(error.name, '*') }
  </script>`
  document.body.append(frame)
  return await answer
}

const TRUSTED = "require-trusted-types-for 'script'; trusted-types voisin"

test('where Trusted Types are asked for, workers start, as many as are wanted', async () => {
  const two = '[await said(startTrusted(start)), await said(startTrusted(start))]'
  expect(await answerOfPage(TRUSTED, two)).toEqual(['started', 'started'])
})

test('the page’s own `Worker` is as it was', async () => {
  expect(await answerOfPage(TRUSTED, 'startTrusted(start) && (start(), 1)')).toBe('TypeError')
})

test('a page that does not allow the policy refuses the worker', async () => {
  expect(await answerOfPage("require-trusted-types-for 'script'; trusted-types other", 'startTrusted(start) && 1')).toBe(
    'TypeError',
  )
})
