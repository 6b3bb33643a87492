// What the trials with a library of text files have in common.
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentServer } from './agent-server.ts'
import type { Engine } from './engines/engine.ts'
import { randomNumbers } from './history/random.ts'
import type { FilesKind } from './history/text-files.ts'
import { openKillPlace, type Place } from './place.ts'
import type { FilesFound, FilesSetting, FilesTask } from './protocol.ts'
import { startVisit, type Visit } from './visit.ts'

/** How long it is waited for a kill in the very beginning at most: a library is being opened, or files are being cut. */
const SOON_MS = 400

export interface FilesTrialOptions {
  readonly engine: Engine
  readonly seed: number
  /** The browser is killed so often in a row, unless it comes to the end of what it does before that. */
  readonly kills: number
  readonly server: AgentServer
}

export interface FilesOutcome {
  /** In the midst of what the page did. */
  readonly kills: number
  /** What happened, for whoever reads the run. */
  readonly told: string
  /** Every promise that was not kept. */
  readonly problems: readonly string[]
}

/** Several lives of a browser with one profile, in which a page works on one library of text files. */
export class FilesLives {
  readonly random: () => number
  readonly setting: FilesSetting
  readonly #options: FilesTrialOptions
  readonly #place: Place

  private constructor(files: FilesKind, options: FilesTrialOptions, place: Place) {
    this.random = randomNumbers(options.seed)
    const durability = this.random() < 0.7 ? 'power' : 'process'
    this.setting = { files, durability, seed: options.seed, worker: this.random() < 0.7 }
    this.#options = options
    this.#place = place
  }

  static async with<T>(files: FilesKind, options: FilesTrialOptions, run: (lives: FilesLives) => Promise<T>): Promise<T> {
    const place = await openKillPlace()
    try {
      return await run(new FilesLives(files, options, place))
    } finally {
      await place.remove()
    }
  }

  /** One life. It ends by a kill, whatever it does. */
  async live<T>(run: (visit: Visit) => Promise<T>): Promise<T> {
    const visit = await startVisit(this.#options.engine, this.#place.profile(), this.#options.server)
    try {
      return await run(visit)
    } finally {
      await visit.browser.kill()
    }
  }

  async ask<T>({ ask }: Visit, task: FilesTask): Promise<T> {
    return (await ask({ kind: 'files', task, setting: this.setting })) as T
  }

  async look(visit: Visit): Promise<FilesFound> {
    return await this.ask<FilesFound>(visit, 'look')
  }

  /**
   * Lets the page work until it has acknowledged so often, and for about as long as it took from one time to the next; then kills it.
   * Returns whether it had not done.
   */
  async killDuring(visit: Visit, task: FilesTask, acknowledged: number): Promise<boolean> {
    let isDone = false
    const working = this.ask(visit, task).then(() => {
      isDone = true
    })
    // What ends it with an error is the kill; one that comes before that is seen below.
    working.catch(() => undefined)
    await visit.first(visit.life.heard(acknowledged), working)
    // Where in a write the kill falls is what is varied; nothing is waited for.
    const times = [...visit.life.acknowledged.values()]
    const longestMs = times.length < 2 ? SOON_MS : ((times.at(-1) as number) - (times[0] as number)) / (times.length - 1)
    await visit.first(delay(this.random() * longestMs), working)
    await visit.browser.kill()
    return !isDone
  }
}
