import type { Channel } from '../../database/world.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import type { Life } from './virtual-time.ts'

interface Listener {
  readonly life: Life
  readonly listener: (message: unknown) => void
}

/** Messages between tabs: they may be late, lost, and come more than once. */
export class SimulatedChannels {
  readonly #machine: SimulatedMachine
  readonly #channels = new Map<string, Set<Listener>>()

  constructor(machine: SimulatedMachine) {
    this.#machine = machine
  }

  open(life: Life, name: string, listener: (message: unknown) => void): Channel {
    const here: Listener = { life, listener }
    const channel = this.#channels.get(name) ?? new Set()
    this.#channels.set(name, channel.add(here))
    life.atEnd(() => channel.delete(here))
    return {
      post: (message) => {
        if (!channel.has(here)) return
        for (const there of channel) if (there !== here) this.#send(channel, there, structuredClone(message))
      },
      close: () => {
        channel.delete(here)
      },
    }
  }

  #send(channel: Set<Listener>, there: Listener, message: unknown): void {
    const { random, faults, time } = this.#machine
    if (random.chance(faults.lostMessage)) return
    const copies = random.chance(faults.repeatedMessage) ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const delay = random.chance(faults.lateMessage) ? random.between(10, 3_000) : random.between(0, 3)
      time.after(delay, 'message', there.life, () => {
        if (channel.has(there)) there.listener(message)
      })
    }
  }
}
