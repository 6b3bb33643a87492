import { expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { Linking } from './linking.ts'

function linking() {
  const clock = new ManualClock()
  const state = { isLinkingDue: true, begun: 0, told: 0 }
  const part = {
    size: 1,
    get isLinkingDue() {
      return state.isLinkingDue
    },
    *linkSteps(): Generator<void, void> {
      state.begun = clock.now()
      for (let i = 0; i < 3; i++) yield
      state.isLinkingDue = false
    },
  }
  const of = new Linking(
    clock,
    () => [part],
    () => {
      state.told++
    },
  )
  return { clock, state, linking: of }
}

test('searches do not put off what makes them faster', async () => {
  const { clock, state, linking: of } = linking()
  for (let i = 0; i < 10; i++) {
    of.called()
    of.heard()
    await clock.pass(100)
  }
  expect(state).toEqual({ isLinkingDue: false, begun: 300, told: 1 })
})

test('writes that follow one another are linked together, but not put off for ever', async () => {
  const { clock, state, linking: of } = linking()
  for (let i = 0; i < 310; i++) {
    of.written()
    await clock.pass(100)
  }
  expect([state.begun, state.isLinkingDue]).toEqual([30_000, false])
})

test('what is closed links nothing', async () => {
  const { clock, state, linking: of } = linking()
  of.heard()
  of.close()
  await clock.pass(10_000)
  expect([state.begun, clock.waiting]).toEqual([0, 0])
})
