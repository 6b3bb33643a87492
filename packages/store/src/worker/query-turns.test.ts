import { expect, onTestFinished, test } from 'vitest'
import type { TurnMessage } from '../testing/turns-worker.ts'

/** A worker with turns, and what it has said so far. */
function start() {
  const worker = new Worker(new URL('../testing/turns-worker.ts', import.meta.url), { type: 'module' })
  onTestFinished(() => worker.terminate())
  const said: string[] = []
  worker.onmessage = ({ data }: MessageEvent<string>) => void said.push(data)
  const send = (...messages: TurnMessage[]) => {
    for (const message of messages) worker.postMessage(message)
  }
  return { said, send, saying: (count: number) => expect.poll(() => said.length, { timeout: 20_000 }).toBe(count) }
}

const ask = (name: string, ms = 0): TurnMessage => ({ name, what: 'ask', ms })
const giveUp = (name: string): TurnMessage => ({ name, what: 'give up' })

test('of what came while a query ran, what was given up is never begun', async () => {
  const { said, send, saying } = start()
  for (let round = 1; round <= 10; round++) {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => name + round) as [string, string, string, string]
    said.length = 0
    send(ask(a, 150))
    await saying(1)
    // It is at work now.
    send(ask(b), giveUp(b), ask(c), giveUp(c), ask(d))
    await saying(4)
    expect(said.toSorted()).toEqual([`${a} begun`, `${b} given up`, `${c} given up`, `${d} begun`])
  }
})

test('queries that are sent together begin one after the other', async () => {
  const { said, send, saying } = start()
  const names = ['a', 'b', 'c', 'd', 'e']
  send(...names.map((name) => ask(name)))
  await saying(5)
  expect(said).toEqual(names.map((name) => `${name} begun`))
})

test('one that waits for something lets others begin', async () => {
  const { said, send, saying } = start()
  send({ name: 'a', what: 'ask and pause' })
  await saying(1)
  send(ask('b'), ask('c', 20), ask('d'))
  await saying(4)
  send({ name: 'a', what: 'go on' }, ask('e'))
  await saying(5)
  expect(said).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name} begun`))
})

test('what was given up before it came is not begun', async () => {
  const { said, send, saying } = start()
  send(ask('a', 20), ask('b'), giveUp('b'), ask('c'))
  await saying(3)
  expect(said.toSorted()).toEqual(['a begun', 'b given up', 'c begun'])
})
