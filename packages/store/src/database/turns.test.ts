import { expect, test } from 'vitest'
import { ManualClock, settled } from '../testing/manual-clock.ts'
import { Turns } from './turns.ts'

/** A task that ends when it is told to. */
function slow<T>(result: T) {
  let end: () => void = () => {}
  const ending = new Promise<void>((resolve) => {
    end = resolve
  })
  return { task: () => ending.then(() => result), end: () => end() }
}

test('tasks run one after the other, in the order they came, whatever becomes of them', async () => {
  const turns = new Turns(new ManualClock())
  const order: string[] = []
  const first = slow('first')
  const results = Promise.allSettled([
    turns.take(async () => {
      order.push('first begins')
      const result = await first.task()
      order.push('first ends')
      return result
    }),
    turns.take(async () => {
      order.push('second')
      throw new Error('no')
    }),
    turns.take(async () => void order.push('third')),
  ])
  await settled()
  expect(order).toEqual(['first begins'])
  first.end()
  expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(order).toEqual(['first begins', 'first ends', 'second', 'third'])
})

test('a waiting task whose signal is aborted rejects at once with the reason and never runs; those after it do', async () => {
  const turns = new Turns(new ManualClock())
  const ran: string[] = []
  const first = slow(undefined)
  const holding = turns.take(first.task)
  const controller = new AbortController()
  const reason = new Error('enough')
  const waiting = turns.take(async () => void ran.push('waiting'), { signal: controller.signal })
  const last = turns.take(async () => void ran.push('last'))
  controller.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  first.end()
  await holding
  await last
  expect(ran).toEqual(['last'])
})

test('one whose signal is aborted already never runs', async () => {
  const turns = new Turns(new ManualClock())
  const reason = new Error('enough')
  const ran: string[] = []
  await expect(turns.take(async () => void ran.push('it'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  await turns.take(async () => {})
  expect(ran).toEqual([])
})

test('a running task is not stopped by its signal, nor by its deadline', async () => {
  const clock = new ManualClock()
  const turns = new Turns(clock)
  const running = slow('done')
  const controller = new AbortController()
  const result = turns.take(running.task, { signal: controller.signal, waitMs: 1_000 })
  await settled()
  controller.abort(new Error('too late'))
  await clock.pass(5_000)
  running.end()
  expect(await result).toBe('done')
})

test('a task that has waited too long rejects, never runs, and says that nothing was done', async () => {
  const clock = new ManualClock()
  const turns = new Turns(clock)
  const stuck = slow(undefined)
  const holding = turns.take(stuck.task)
  const ran: string[] = []
  const waiting = turns.take(async () => void ran.push('waiting'), { waitMs: 60_000 })
  const patient = turns.take(async () => void ran.push('patient'))
  const outcome = expect(waiting).rejects.toMatchObject({ code: 'deadline-exceeded', dataState: 'intact' })
  await clock.pass(59_999)
  expect(ran).toEqual([])
  await clock.pass(1)
  await outcome
  stuck.end()
  await holding
  await patient
  expect(ran).toEqual(['patient'])
  expect(clock.waiting).toBe(0)
})
