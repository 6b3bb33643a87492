// A trial: one profile, several lives of a browser, each ended in the middle of a write and looked into by the next.
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentServer } from './agent-server.ts'
import type { Engine } from './engines/engine.ts'
import { collectionHistory, SHAPES, type Shape } from './history/collection-history.ts'
import type { Found, History, State } from './history/history.ts'
import { libraryHistory, relaxedHistory } from './history/library-history.ts'
import { randomNumbers } from './history/random.ts'
import { judge } from './judge.ts'
import { openCutPlace, openKillPlace, type Place } from './place.ts'
import type { PowerLab } from './power.ts'
import { PageError, type Setting, type Subject } from './protocol.ts'
import { startVisit, type Visit } from './visit.ts'

export interface TrialOptions {
  readonly engine: Engine
  readonly mode: 'kill' | 'cut'
  readonly subject: Subject
  readonly durability: 'power' | 'process'
  readonly seed: number
  /** How many times the browser is killed, or the power cut. */
  readonly ends: number
  readonly server: AgentServer
  /** Needed for cuts. */
  readonly lab?: PowerLab | undefined
  /** The negative control: the page acknowledges early, and ends before what it said last has become true. @default false */
  readonly early?: boolean
}

/** What one kill or cut did. */
export interface End {
  /** Acknowledged in the life that it ended. */
  readonly acknowledged: number
  readonly lost: number
  readonly torn: number
  readonly longestLossMs: number
  /** Whether what was promised was kept. */
  readonly kept: boolean
  /** What the store says of itself: the dataState, and its notices. */
  readonly told: readonly string[]
  readonly differences: readonly string[]
  readonly setting: Setting
}

/** At most this much of acknowledged writes may be lost by a power cut at 'process'. */
const PROCESS_LOSS_MS = 3_000
const LARGE_WRITES = 80
const SMALL_WRITES = 20_000
/** How many acknowledgements the negative control is given. */
const EARLY_WRITES = 20

/** Runs a trial; calls `onEnd` for each kill or cut as soon as what it left is known. Ends early after a promise that was broken. */
export async function runTrial(options: TrialOptions, onEnd: (end: End) => Promise<void>): Promise<void> {
  const { mode, lab } = options
  if (mode === 'cut' && lab === undefined) throw new Error('Power cuts need a place for disks.')
  const place = mode === 'cut' ? await openCutPlace(lab as PowerLab) : await openKillPlace()
  try {
    await new Trial(options, place).run(onEnd)
  } finally {
    await place.remove()
  }
}

/** A life that has ended and was not looked into yet. */
interface Ended {
  readonly from: number
  readonly endedAt: number
  readonly count: number
}

class Trial {
  readonly #options: TrialOptions
  readonly #place: Place
  readonly #setting: Setting
  readonly #history: History
  readonly #random: () => number
  readonly #acknowledged = new Map<number, number>()
  #state: State = new Map()
  #next = 0

  constructor(options: TrialOptions, place: Place) {
    const { subject, durability, seed, early = false } = options
    this.#options = options
    this.#place = place
    this.#random = randomNumbers(seed)
    // Seeds in a row go through all shapes.
    const shape = early ? 'upserts' : (SHAPES[seed % SHAPES.length] as Shape)
    this.#setting = { subject, durability, seed, shape, worker: this.#random() < 0.7, early }
    if (subject === 'collection') this.#history = collectionHistory(seed, shape)
    else this.#history = subject === 'library' ? libraryHistory(seed) : relaxedHistory
  }

  async run(onEnd: (end: End) => Promise<void>): Promise<void> {
    const { engine, server, ends } = this.#options
    let ended: Ended | undefined
    let wasInterrupted = false
    for (let known = 0; ; ) {
      const visit = await startVisit(engine, this.#place.profile(), server)
      try {
        if (ended !== undefined) {
          // A browser that ends while it recovers must recover all the same.
          if (!wasInterrupted && this.#random() < 0.15) {
            wasInterrupted = true
            await this.#interrupt(visit)
            continue
          }
          wasInterrupted = false
          const end = await this.#look(visit, ended)
          await onEnd(end)
          if (!end.kept || ++known === ends) return
        }
        ended = await this.#write(visit)
      } finally {
        await visit.browser.kill()
      }
    }
  }

  async #interrupt(visit: Visit): Promise<void> {
    const looking = visit.ask({ kind: 'inspect', setting: this.#setting })
    looking.catch(() => undefined)
    await delay(this.#random() * 2_000)
    await this.#place.end(visit.browser)
  }

  async #write({ browser, life, first, ask }: Visit): Promise<Ended> {
    const { shape, early, subject } = this.#setting
    const from = this.#next
    const count = (shape === 'large' && subject === 'collection') || subject === 'relaxed' ? LARGE_WRITES : SMALL_WRITES
    const writing = ask({ kind: 'write', setting: this.#setting, from, count })
    // What ends it with an error is the kill; one that comes before that is seen below.
    writing.catch(() => undefined)
    // Sometimes in the very beginning: a collection is being opened, or made.
    const isSoon = !early && subject !== 'relaxed' && this.#random() < 0.1
    if (!isSoon) await first(life.heard(early ? EARLY_WRITES : 1, { mute: early }), writing)
    // Where in a write the end falls is what is varied; nothing is waited for.
    if (!early)
      await first(
        delay(isSoon ? this.#random() * 400 : this.#writingMs()),
        writing.then(() => new Promise(() => {})),
      )
    const endedAt = await this.#place.end(browser)
    for (const [number, at] of life.acknowledged) this.#acknowledged.set(number, at)
    return { from, endedAt, count: life.acknowledged.size }
  }

  /** How long a life writes. Long enough at 'process' that more could be lost than may be. */
  #writingMs(): number {
    const { mode, durability } = this.#options
    if (mode === 'kill') return 50 + this.#random() * 2_500
    return durability === 'power' ? 300 + this.#random() * 2_700 : 1_000 + this.#random() * 11_000
  }

  async #look({ ask }: Visit, { from, endedAt, count }: Ended): Promise<End> {
    const { mode, durability } = this.#options
    const setting = this.#setting
    let found: Found
    try {
      found = (await ask({ kind: 'inspect', setting })) as Found
    } catch (error) {
      if (!(error instanceof PageError)) throw error
      const differences = [`cannot be opened or read: ${error.message}`]
      return { acknowledged: count, lost: count, torn: 1, longestLossMs: 0, kept: false, told: [], differences, setting }
    }
    const allowedMs = mode === 'cut' && durability === 'process' ? PROCESS_LOSS_MS : 0
    const acknowledged = this.#acknowledged
    const verdict = judge({ history: this.#history, before: this.#state, from, acknowledged, endedAt, found, allowedMs })
    this.#state = verdict.state
    this.#next = verdict.next
    const unmended = verdict.kept && verdict.damaged.length > 0 ? await this.#mend(ask, verdict.damaged) : []
    return {
      acknowledged: count,
      lost: verdict.lost,
      torn: verdict.torn,
      longestLossMs: verdict.longestLossMs,
      kept: verdict.kept && unmended.length === 0,
      told: [found.dataState, ...found.notices],
      differences: [...verdict.differences, ...unmended],
      setting,
    }
  }

  /** What a cut has damaged, where that is allowed, must be whole when it is added again. */
  async #mend(ask: Visit['ask'], damaged: readonly (readonly [key: string, value: string])[]): Promise<string[]> {
    const setting = this.#setting
    const documents = damaged.map(([id, op]) => [id, Number(op)] as const)
    await ask({ kind: 'mend', setting, documents })
    const found = (await ask({ kind: 'inspect', setting })) as Found
    return found.damaged.map(([id, what]) => `${id} was added again, and still: ${what}`)
  }
}
