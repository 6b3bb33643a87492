import { expect, onTestFinished, test } from 'vitest'
import { type BuildHelper, DONE, READY, SLOT_COUNT, slotAt, TAKEN } from './hnsw/shared-leaves.ts'
import { HnswIndex } from './hnsw-index.ts'
import { clusters } from './testing/data.ts'

const DIM = 64
const rows = clusters(5, DIM, 60)
const vectors = rows(12_000)
const queries = Array.from({ length: 40 }, () => rows(1))

async function helper(): Promise<Worker> {
  const worker = new Worker(new URL('./testing/worker.ts', import.meta.url), { type: 'module' })
  onTestFinished(() => worker.terminate())
  await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }))
  return worker
}

function answers(index: HnswIndex) {
  return queries.map((query) => index.search(query, 10, { ef: 40 }))
}

async function built(helpers: BuildHelper[], onStep: (step: number) => void | Promise<void> = () => {}): Promise<HnswIndex> {
  const index = await HnswIndex.create({ dim: DIM, metric: 'l2', helpers })
  let step = 0
  for (const _ of index.buildSteps(vectors)) await onStep(step++)
  return index
}

test('the graph is the same, whoever computes its leaves', async () => {
  const alone = await built([])
  const helped = await built([await helper(), await helper()])
  expect(answers(helped)).toEqual(answers(alone))
})

test('a helper takes leaves and gives them back', async () => {
  const worker = await helper()
  // What a helper is sent holds the slots; a builder that is slow between its steps leaves it time.
  let words: Int32Array | undefined
  let slots = 0
  const states = new Set<number>()
  const index = await built(
    [
      {
        postMessage: (invitation) => {
          const { kernels, slots: at } = invitation as { kernels: { memory: WebAssembly.Memory }; slots: number }
          words = new Int32Array(kernels.memory.buffer)
          slots = at
          worker.postMessage(invitation)
        },
      },
    ],
    async () => {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      if (words) for (let i = 0; i < SLOT_COUNT; i++) states.add(Atomics.load(words, slotAt(slots, i) / 4))
    },
  )
  expect(states.has(DONE)).toBe(true)
  expect(index.count).toBe(12_000)
})

test('a helper that never comes, or dies, holds nothing up', async () => {
  const alone = answers(await built([]))
  expect(answers(await built([{ postMessage: () => {} }]))).toEqual(alone)
  const worker = await helper()
  const index = await built([worker], (step) => {
    if (step === 3) worker.terminate()
  })
  expect(answers(index)).toEqual(alone)
})

test('helpers that take a leaf and die with it hold nothing up, however many', async () => {
  const alone = answers(await built([]))
  const taking: (() => boolean)[] = []
  // Each takes one leaf, and no more is heard of it.
  const dying = (): BuildHelper => ({
    postMessage: (invitation) => {
      const { kernels, slots } = invitation as { kernels: { memory: WebAssembly.Memory }; slots: number }
      const words = new Int32Array(kernels.memory.buffer)
      taking.push(() =>
        Array.from({ length: SLOT_COUNT }, (_, i) => slotAt(slots, i) / 4).some(
          (at) => Atomics.compareExchange(words, at, READY, TAKEN) === READY,
        ),
      )
    },
  })
  let taken = 0
  const index = await built(Array.from({ length: 2 * SLOT_COUNT }, dying), () => {
    while (taking.length > 0 && taking.at(-1)!()) {
      taking.pop()
      taken++
    }
  })
  expect(taken).toBeGreaterThan(8)
  expect(answers(index)).toEqual(alone)
})

test('other messages to a helper are left alone', async () => {
  const worker = await helper()
  worker.postMessage({ voisin: 'something else' })
  worker.postMessage(null)
  expect(answers(await built([worker]))).toEqual(answers(await built([])))
})
