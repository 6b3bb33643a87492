import { LimitError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { closedError, DeviceLife } from './device-life.ts'

function device(): { device: GPUDevice; lose: () => void } {
  const { promise, resolve } = Promise.withResolvers<GPUDeviceLostInfo>()
  const info = { reason: 'unknown', message: 'the cable' } as GPUDeviceLostInfo
  return { device: { lost: promise } as GPUDevice, lose: () => resolve(info) }
}

const forever = new Promise<never>(() => {})

test('a wait gives what was promised', async () => {
  const life = new DeviceLife(device().device)
  expect(await life.wait(Promise.resolve(3))).toBe(3)
  const refusal = new LimitError('Too much.')
  await expect(life.wait(Promise.reject(refusal))).rejects.toBe(refusal)
  life.check()
})

test('a loss rejects every wait, also for promises that never settle', async () => {
  const { device: lossy, lose } = device()
  const life = new DeviceLife(lossy)
  const waits = [life.wait(forever), life.wait(forever)]
  lose()
  for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'closed', received: 'unknown: the cable' })
  expect(() => life.check()).toThrow('lost')
  await expect(life.wait(forever)).rejects.toMatchObject({ code: 'closed' })
})

test('a refusal that is no error of voisin is a loss that is not yet known', async () => {
  const life = new DeviceLife(device().device)
  const other = life.wait(forever)
  const cause = new DOMException('Device is lost', 'AbortError')
  await expect(life.wait(Promise.reject(cause))).rejects.toMatchObject({ code: 'closed', cause })
  await expect(other).rejects.toMatchObject({ code: 'closed', cause })
})

test('it ends once, for the first reason, and calls back once', async () => {
  const { device: lossy, lose } = device()
  const life = new DeviceLife(lossy)
  let ends = 0
  life.onEnd(() => ends++)
  life.end(closedError)
  lose()
  await lossy.lost
  life.end(() => new LimitError('Too much.'))
  life.onEnd(() => ends++)
  expect(ends).toBe(2)
  expect(() => life.check()).toThrow('The scan was closed.')
})
