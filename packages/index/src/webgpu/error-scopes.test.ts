import { expect, test } from 'vitest'
import { scoped } from './error-scopes.ts'

const FILTERS = ['out-of-memory', 'internal', 'validation']

/** A device with the scopes of a real one, which finds fault as it is told. */
function device(fault?: { filter: string; message: string }): { device: GPUDevice; open: string[] } {
  const open: string[] = []
  const popErrorScope = async () => (open.pop() === fault?.filter ? fault : null)
  return { device: { pushErrorScope: (filter: string) => open.push(filter), popErrorScope } as unknown as GPUDevice, open }
}

test('work without fault resolves to nothing, and every scope is closed', async () => {
  const { device: sound, open } = device()
  let during: string[] = []
  const refusal = scoped(sound, () => {
    during = [...open]
  })
  expect(during.toSorted()).toEqual(FILTERS.toSorted())
  expect(open).toEqual([])
  expect(await refusal).toBeUndefined()
})

test('a fault resolves to the error of its kind', async () => {
  for (const filter of FILTERS) {
    const { device: faulty } = device({ filter, message: 'what is wrong' })
    const code = filter === 'out-of-memory' ? 'limit-exceeded' : 'unsupported'
    expect(await scoped(faulty, () => {})).toMatchObject({ code, received: 'what is wrong', remedy: expect.any(String) })
  }
})

test('a lost device, which has no scopes, finds no fault', async () => {
  const lost = { pushErrorScope() {}, popErrorScope: () => Promise.reject(new Error('lost')) } as unknown as GPUDevice
  expect(await scoped(lost, () => {})).toBeUndefined()
})
