import type { Notice } from '@voisin/spec'
import { Calls, describeError } from './calls.ts'
import { CollectionModel } from './collection-model.ts'
import { ChangeMaker, DIM } from './operations.ts'
import { SeededRandom } from './seeded-random.ts'
import { drawRates, type FaultRates, NO_FAULTS } from './simulated-faults.ts'
import { SimulatedMachine } from './simulated-machine.ts'
import { simulatedWorld } from './simulated-world.ts'
import type { OpenSubject, SubjectOptions } from './subject.ts'
import { type Handle, type Tab, tellsOfLoss } from './tab.ts'

export const DATABASE = 'simulated'

/** What a life may hold; all of it unless a test narrows it. */
export interface SimulationOptions {
  readonly open: OpenSubject
  /** @default true */
  readonly hasFaults?: boolean
  /** Crashes, kills and power cuts. @default true */
  readonly hasCrashes?: boolean
  /** @default true */
  readonly hasBitRot?: boolean
  /** The whole database may be deleted. @default true */
  readonly losesDatabase?: boolean
  /** @default ['power', 'process'] */
  readonly durabilities?: readonly StoredDurability[]
}

type StoredDurability = SubjectOptions['durability']
type Setup = Pick<SubjectOptions, 'checkpointAfter' | 'largeWriteBytes' | 'blockBytes'>

/** One life of a database: its tabs, what was asked of it, and what it may show. What happens in it is in actions.ts. */
export class Simulation {
  readonly seed: number
  readonly options: SimulationOptions
  readonly machine: SimulatedMachine
  readonly random: SeededRandom
  readonly calls: Calls
  readonly maker: ChangeMaker
  readonly history: string[] = []
  readonly tabs: Tab[] = []
  readonly models: Map<string, CollectionModel> = new Map()
  readonly collectionNames: readonly string[]
  readonly setup: Setup
  readonly rates: FaultRates
  /** How often records were harmed so far. */
  harms: number = 0
  /** Whether anything has happened yet for which notices are an answer. */
  hadTrouble: boolean = false
  #tabCount = 0
  #modelCount = 0

  constructor(seed: number, options: SimulationOptions) {
    this.seed = seed
    this.options = options
    this.machine = new SimulatedMachine(seed)
    this.random = new SeededRandom(seed ^ 0x165667b1)
    this.maker = new ChangeMaker(new SeededRandom(seed ^ 0x1b873593))
    this.calls = new Calls(this.machine, (line) => this.note(line))
    const { random } = this
    this.collectionNames = random.chance(0.6) ? ['notes'] : ['notes', 'other']
    // Small numbers, so that a short life has large writes and checkpoints; in some, entries large enough for files of their own.
    this.setup = {
      checkpointAfter: { entries: random.between(3, 20), bytes: 1 << 20 },
      largeWriteBytes: random.chance(0.15) ? 1 << 20 : random.between(400, 2_000),
      blockBytes: drawBlockBytes(random),
    }
    this.rates = options.hasFaults !== false && random.chance(0.6) ? drawRates(random) : NO_FAULTS
  }

  note(line: string): void {
    this.history.push(`${this.machine.time.now.toFixed(1).padStart(9)}  ${line}`)
  }

  get hasLargeEntries(): boolean {
    return this.setup.largeWriteBytes >= 1 << 20
  }

  openTab(): Tab {
    const name = `tab${++this.#tabCount}`
    const life = this.machine.newLife(name)
    const tab: Tab = { name, life, world: simulatedWorld(this.machine, life), session: undefined, handles: new Map() }
    this.tabs.push(tab)
    this.note(`${name} opens`)
    return tab
  }

  /** The tab's session, opened where there is none. Undefined where it cannot be opened just now. */
  async openSession(tab: Tab): Promise<boolean> {
    if (tab.session !== undefined) return true
    const outcome = await this.calls.wait('opens the database', tab.life, () => this.options.open(tab.world, DATABASE))
    if ('error' in outcome) return false
    tab.session = outcome.value
    return true
  }

  /** A collection in a tab, opened where it is not. Undefined where it cannot be opened just now. */
  async openHandle(tab: Tab, name: string, goOn?: boolean): Promise<{ handle: Handle } | { error: unknown }> {
    const open = tab.handles.get(name)
    if (open !== undefined) return { handle: open }
    if (!(await this.openSession(tab))) return { error: undefined }
    const notices: Notice[] = []
    let seesLess = false
    const durability = this.random.pick(this.options.durabilities ?? (['power', 'process'] as const))
    const onNotice = (notice: Notice) => {
      notices.push(notice)
      const model = this.models.get(name)
      seesLess ||= tellsOfLoss(notice)
      if (model !== undefined && tellsOfLoss(notice)) model.wasTold = true
      this.note(`${tab.name} is told of ${name}: ${notice.kind}, ${notice.message}`)
    }
    const options = this.optionsFor(durability, onNotice, goOn ?? this.random.chance(0.5))
    const openedAtHarm = this.harms
    const session = tab.session!
    const outcome = await this.calls.wait(`opens ${name} (${durability})`, tab.life, () => session.openCollection(name, options))
    if ('error' in outcome) return outcome
    const model = this.modelOf(name)
    const handle: Handle = { collection: outcome.value, model, durability, notices, openedAtHarm, seesLess: () => seesLess }
    tab.handles.set(name, handle)
    return { handle }
  }

  optionsFor(durability: StoredDurability, onNotice: (notice: Notice) => void, goOn: boolean): SubjectOptions {
    const fields = { text: 'text', n: 'number' } as const
    return { dim: DIM, metric: 'l2', fields, durability, onNotice, goOn, ...this.setup }
  }

  modelOf(name: string): CollectionModel {
    let model = this.models.get(name)
    if (model === undefined) {
      model = new CollectionModel(name, ++this.#modelCount)
      this.models.set(name, model)
    }
    return model
  }

  /** The collection is deleted; one of its name is another. */
  forget(name: string): void {
    this.models.delete(name)
    for (const tab of this.tabs) tab.handles.delete(name)
  }

  /** The tab closes as it should. */
  async closeTab(tab: Tab): Promise<void> {
    const { session } = tab
    if (session !== undefined) {
      const outcome = await this.calls.wait('closes', tab.life, () => session.close())
      if ('error' in outcome) throw new Error(`Closing failed: ${describeError(outcome.error)}`)
    }
    await this.calls.settle()
    this.leave(tab)
  }

  /** What waited while the tab was frozen happens now. */
  thaw(tab: Tab): void {
    if (tab.life.state !== 'frozen') return
    tab.life.state = 'running'
    this.note(`${tab.name} thaws`)
  }

  /** The tab is gone: nothing of it runs any more. */
  leave(tab: Tab): void {
    this.machine.crash(tab.life)
    this.calls.bury(tab.life)
    const place = this.tabs.indexOf(tab)
    if (place >= 0) this.tabs.splice(place, 1)
  }

  /** Records of every collection may be gone or wrong from now on. */
  harm(): void {
    this.harms++
    this.hadTrouble = true
    for (const model of this.models.values()) model.isHarmed = true
  }

  /** @throws What no code may do was done. */
  checkViolations(): void {
    const [first] = this.machine.violations
    if (first !== undefined) throw new Error(first)
  }
}

/** A block of words is filled as soon as one of payloads. */
function drawBlockBytes(random: SeededRandom): Setup['blockBytes'] {
  const payloads = random.between(300, 2_000)
  return { payloads, vectors: random.between(20, 200), words: payloads }
}
