import { clearLibrary, type IngestResult, ingest, removeDocuments, renameDocument } from '@voisin/rag'
import type { Document } from '@voisin/spec'
import { Calls, maySurvive } from '../../../packages/store/src/testing/simulation/calls.ts'
import { SeededRandom } from '../../../packages/store/src/testing/simulation/seeded-random.ts'
import { drawRates, type FaultRates, NO_FAULTS } from '../../../packages/store/src/testing/simulation/simulated-faults.ts'
import { SimulatedMachine } from '../../../packages/store/src/testing/simulation/simulated-machine.ts'
import { simulatedWorld } from '../../../packages/store/src/testing/simulation/simulated-world.ts'
import { addAgain, lookAt, searchOnce } from './checks.ts'
import { type LibraryTab, type OpenOptions, openLibraryTab, openOldLibrary } from './library-tab.ts'
import { writeOldDocument } from './old-documents.ts'
import { Register, type State } from './register.ts'
import { drawDocument, IDS } from './texts.ts'

const MOST_TABS = 3

/** One life of a library, which the seed decides: tabs that add, replace, rename, remove and search the same documents, and what befalls them. */
export class LibraryLife {
  readonly history: string[] = []
  readonly #random: SeededRandom
  readonly #machine: SimulatedMachine
  readonly #calls: Calls
  readonly #registers = new Map(IDS.map((id) => [id, new Register()]))
  readonly #setup: Pick<OpenOptions, 'checkpointAfter' | 'largeWriteBytes' | 'blockBytes'>
  readonly #rates: FaultRates
  #tabs: LibraryTab[] = []
  #tabCount = 0
  #version = 0
  /** A power cut took what 'process' does not promise. */
  #mayLack = false
  #wrong: Error | undefined

  constructor(seed: number) {
    this.#machine = new SimulatedMachine(seed)
    this.#random = new SeededRandom(seed ^ 0x2545f491)
    this.#calls = new Calls(this.#machine, (line) => this.#note(line))
    const random = this.#random
    const payloads = random.between(5_000, 40_000)
    this.#setup = {
      checkpointAfter: { entries: random.between(4, 30), bytes: 1 << 20 },
      largeWriteBytes: random.chance(0.3) ? 1 << 20 : random.between(5_000, 30_000),
      blockBytes: { payloads, vectors: random.between(500, 4_000), words: payloads },
    }
    // Records that one tab cannot read cost it points, and are told: here every tab sees what there is.
    this.#rates = random.chance(0.6) ? { ...drawRates(random), tornRead: 0 } : NO_FAULTS
  }

  /** @throws {Error} Something does not fit together, was lost, or never ended. */
  async live(): Promise<void> {
    try {
      if (this.#random.chance(0.3)) await this.#beginOld()
      const rounds = this.#random.between(2, 3)
      for (let round = 0; round < rounds; round++) {
        await this.#busyTime()
        await this.#quietTime()
      }
    } finally {
      this.#machine.kill()
    }
  }

  /** The library is one of an earlier version. */
  async #beginOld(): Promise<void> {
    const life = this.#machine.newLife('old')
    const world = simulatedWorld(this.#machine, life)
    const ids = this.#random.some(IDS, this.#random.between(1, IDS.length))
    const documents = ids.map((id) => drawDocument(id, ++this.#version, this.#random))
    const outcome = await this.#calls.wait('an earlier version adds', life, async () => {
      const library = await openOldLibrary(world, this.#options('power', life))
      for (const document of documents) await writeOldDocument(document, library)
      await library.close()
    })
    if ('error' in outcome) throw outcome.error
    for (const { id, text } of documents) {
      this.#registers.get(id)!.begin(0, text)
      this.#registers.get(id)!.takeAs(text)
    }
    this.#machine.crash(life)
  }

  async #busyTime(): Promise<void> {
    const random = this.#random
    this.#machine.faults = this.#rates
    const troubleAt = random.below(12)
    const actions = random.between(4, 10)
    for (let i = 0; i < actions; i++) {
      if (i === troubleAt) this.#trouble()
      const running = this.#tabs.filter(({ life }) => life.state === 'running')
      const tab =
        running.length === 0 || (running.length < MOST_TABS && random.chance(0.3)) ? await this.#open() : random.pick(running)
      if (tab !== undefined && tab.life.state === 'running') this.#act(tab)
      if (random.chance(0.5)) await this.#machine.time.pass(random.below(random.pick([5, 50, 3_000])))
      this.#check()
    }
  }

  async #quietTime(): Promise<void> {
    this.#machine.faults = NO_FAULTS
    for (const { life } of this.#tabs) if (life.state === 'frozen') life.state = 'running'
    await this.#calls.settle()
    await this.#machine.time.pass(5_000)
    this.#note('all is quiet')
    const fresh = await this.#open()
    if (fresh === undefined) throw new Error('The library cannot be opened although all is well')
    let seen: Map<string, string> | undefined
    for (const tab of this.#random.some(this.#tabs, this.#tabs.length)) {
      const texts = await this.#ask(tab, 'looks', () => lookAt(tab))
      await this.#ask(tab, 'adds again', () => addAgain(tab, texts))
      for (const id of IDS) {
        this.#checkState(tab, id, texts.get(id))
        if (seen !== undefined && seen.get(id) !== texts.get(id)) throw new Error(`Two tabs show different texts of ${id}`)
      }
      seen ??= texts
    }
    for (const [id, register] of this.#registers) register.takeAs(seen!.get(id))
    this.#mayLack = false
    this.#check()
  }

  #checkState(tab: LibraryTab, id: string, state: State): void {
    const register = this.#registers.get(id)!
    const may = this.#mayLack ? register.ever : register.possible
    if (may.has(state)) return
    const first = (text: State) => text?.slice(0, 40) ?? 'nothing'
    throw new Error(`${tab.name} shows ${first(state)} as ${id}; there may be ${[...may].map(first).join(' | ')}`)
  }

  async #ask<T>(tab: LibraryTab, label: string, question: () => Promise<T>): Promise<T> {
    const outcome = await this.#calls.wait(label, tab.life, question)
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  async #open(): Promise<LibraryTab | undefined> {
    const life = this.#machine.newLife(`tab${++this.#tabCount}`)
    const world = simulatedWorld(this.#machine, life)
    const durability = this.#random.chance(0.7) ? 'power' : 'process'
    const options = this.#options(durability, life)
    const outcome = await this.#calls.wait('opens', life, () => openLibraryTab(world, life, options))
    if ('error' in outcome || life.state === 'dead') {
      this.#machine.crash(life)
      return undefined
    }
    this.#tabs.push(outcome.value)
    return outcome.value
  }

  #options(durability: OpenOptions['durability'], life: LibraryTab['life']): OpenOptions {
    return {
      ...this.#setup,
      durability,
      onNotice: ({ kind }) => this.#note(`${life.name} is told: ${kind}`),
      pause: () => new Promise((resolve) => void this.#machine.time.after(this.#random.below(20), 'embeds', life, resolve)),
    }
  }

  #act(tab: LibraryTab): void {
    const kind = this.#random.weighted({ add: 8, remove: 2, rename: 1, clear: 0.3, search: 4 })
    if (kind === 'add') this.#add(tab)
    else if (kind === 'remove') this.#remove(tab, this.#random.some(IDS, this.#random.between(1, 2)))
    else if (kind === 'clear') this.#remove(tab, IDS)
    else if (kind === 'rename') this.#rename(tab)
    else this.#search(tab)
  }

  #add(tab: LibraryTab): void {
    const ids = this.#random.some(IDS, this.#random.between(1, 3))
    // Often a version that was there before, or is just being added by another tab.
    const documents = ids.map((id): Document => {
      const known = [...this.#registers.get(id)!.ever].filter((text) => text !== undefined)
      const isKnown = known.length > 0 && this.#random.chance(0.4)
      return isKnown ? { id, text: this.#random.pick(known), metadata: {} } : drawDocument(id, ++this.#version, this.#random)
    })
    const begun = documents.map(({ id, text }) => ({ id, operation: this.#registers.get(id)!.begin(this.#now, text) }))
    this.#calls.make(
      `adds ${ids.join(' ')}`,
      tab.life,
      () => finish(ingest(documents, tab.parts)),
      (outcome) => {
        for (const { id, operation } of begun) {
          if ('error' in outcome) continue
          const { added, replaced, unchanged } = outcome.value
          if (added.includes(id) || replaced.includes(id)) operation.ended = this.#now
          // It was so at some moment, without this call: others may have changed it by now.
          else if (unchanged.includes(id)) this.#registers.get(id)!.withdraw(operation)
        }
      },
    )
  }

  #remove(tab: LibraryTab, ids: readonly string[]): void {
    const begun = ids.map((id) => this.#registers.get(id)!.begin(this.#now, undefined))
    const remove = () => (ids === IDS ? clearLibrary(tab.parts) : removeDocuments(ids, tab.parts))
    this.#calls.make(`removes ${ids.join(' ')}`, tab.life, remove, (outcome) => {
      if (!('error' in outcome)) for (const operation of begun) operation.ended = this.#now
    })
  }

  #rename(tab: LibraryTab): void {
    const [id, newId] = this.#random.some(IDS, 2) as [string, string]
    const from = this.#registers.get(id)!
    const to = this.#registers.get(newId)!
    const left = from.begin(this.#now, undefined)
    const moved = to.beginMove(this.#now, from)
    this.#calls.make(
      `renames ${id} to ${newId}`,
      tab.life,
      () => renameDocument(id, newId, tab.parts),
      (outcome) => {
        const isDone = !('error' in outcome) && outcome.value
        if (isDone) {
          left.ended = this.#now
          moved.ended = this.#now
        } else if (!('error' in outcome) || !maySurvive(outcome.error)) {
          from.withdraw(left)
          to.withdraw(moved)
        }
      },
    )
  }

  #search(tab: LibraryTab): void {
    const ever = (id: string) => this.#registers.get(id)!.ever
    this.#calls.make(
      'searches',
      tab.life,
      () => this.#noting(() => searchOnce(tab, ever)),
      () => {},
    )
  }

  /** A check that fails is no error of the library's. */
  async #noting(check: () => Promise<void>): Promise<void> {
    try {
      await check()
    } catch (error) {
      if (error instanceof Error && error.constructor === Error) this.#wrong ??= error
      else throw error
    }
  }

  #trouble(): void {
    const running = this.#tabs.filter(({ life }) => life.state === 'running')
    if (running.length === 0) return
    const tab = this.#random.pick(running)
    const kind = this.#random.weighted({ crash: 3, freeze: 1, kill: 2, powerCut: 2, nothing: 2 })
    this.#note(`trouble: ${kind} (${tab.name})`)
    if (kind === 'crash') this.#leave([tab])
    if (kind === 'freeze') tab.life.state = 'frozen'
    if (kind === 'kill' || kind === 'powerCut') {
      if (kind === 'powerCut') this.#mayLack ||= this.#tabs.some(({ durability }) => durability === 'process')
      if (kind === 'kill') this.#machine.kill()
      else this.#note(this.#machine.cutPower())
      this.#leave([...this.#tabs])
    }
  }

  #leave(tabs: readonly LibraryTab[]): void {
    for (const { life } of tabs) {
      this.#machine.crash(life)
      this.#calls.bury(life)
    }
    this.#tabs = this.#tabs.filter((tab) => !tabs.includes(tab))
  }

  #check(): void {
    const [violation] = this.#machine.violations
    if (violation !== undefined) throw new Error(violation)
    if (this.#wrong !== undefined) throw this.#wrong
  }

  get #now(): number {
    return this.#machine.time.now
  }

  #note(line: string): void {
    this.history.push(`${this.#now.toFixed(1).padStart(9)}  ${line}`)
  }
}

async function finish(steps: AsyncGenerator<unknown, IngestResult, void>): Promise<IngestResult> {
  for (;;) {
    const step = await steps.next()
    if (step.done) return step.value
  }
}
