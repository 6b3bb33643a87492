import { StorageError } from '@voisin/spec'
import type { World } from '../../database/world.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import { SimulatedStorage } from './simulated-storage.ts'
import type { Life } from './virtual-time.ts'

/** What surrounds one tab. */
export function simulatedWorld(machine: SimulatedMachine, life: Life): World {
  const { time } = machine
  return {
    clock: {
      now: () => time.look(),
      after: (ms, work) => time.after(ms, 'timer', life, work),
      yield: () => new Promise((resolve) => time.after(0, 'yield', life, resolve)),
    },
    locks: machine.locks.of(life),
    witness: machine.witnesses.of(life),
    openStorage: (name, events) =>
      new Promise((resolve, reject) => {
        time.after(machine.latency(), 'open', life, () => {
          if (machine.random.chance(machine.faults.open)) {
            reject(
              new StorageError('IndexedDB failed to open: Internal error opening backing store.', {
                retryable: true,
                dataState: 'unknown',
              }),
            )
            return
          }
          resolve(new SimulatedStorage(machine, life, machine.disk(name), events))
        })
      }),
    openChannel: (name, listener) => machine.channels.open(life, name, listener),
    randomNumber: () => machine.randomNumber(),
  }
}
