import { act } from './actions.ts'
import { checkAll, checkEmptiable, GONE } from './checks.ts'
import { deleteSomething, loseDatabase } from './deletions.ts'
import { NO_FAULTS } from './simulated-faults.ts'
import { DATABASE, Simulation, type SimulationOptions } from './simulation.ts'
import { rotSomething, trouble } from './troubles.ts'

/** What may go wrong where nothing does: another tab was faster, or deleted what was open. */
const EXPECTED_CODES: ReadonlySet<string> = new Set([...GONE, 'conflict'])

export interface SimulationReport {
  readonly seed: number
  /** Equal for two runs of one seed. */
  readonly digest: number
  readonly steps: number
  readonly virtualMs: number
  readonly history: readonly string[]
}

/**
 * One whole life of a database, which the seed decides. The same seed gives the same life.
 *
 * @throws {Error} Something was lost, invented, different between tabs, never answered, or stuck. The message names the seed.
 */
export async function simulate(seed: number, options: SimulationOptions): Promise<SimulationReport> {
  const simulation = new Simulation(seed, options)
  try {
    await live(simulation)
  } catch (cause) {
    const recent = simulation.history.slice(-60).join('\n')
    // What no code may do comes first: what follows from it says less.
    const what = simulation.machine.violations[0] ?? (cause instanceof Error ? cause.message : String(cause))
    const failure = new Error(`Seed ${seed}: ${what}\n\nIts history:\n${recent}`, { cause })
    const records = simulation.machine
      .disk(DATABASE)
      .dump()
      .map(({ store, key, record }) => `${store} ${JSON.stringify(key)} ${record.bytes.length}`)
    throw Object.assign(failure, { seed, history: simulation.history, recent: simulation.machine.time.recent, records })
  } finally {
    simulation.machine.kill()
  }
  const { time } = simulation.machine
  return { seed, digest: time.digest, steps: time.steps, virtualMs: time.now, history: simulation.history }
}

async function live(simulation: Simulation): Promise<void> {
  const { random } = simulation
  const rounds = random.between(2, 4)
  for (let round = 0; round < rounds; round++) {
    await busyTime(simulation)
    if (random.chance(0.1)) await deleteSomething(simulation)
    await quietTime(simulation)
    if (simulation.options.losesDatabase !== false && random.chance(0.04)) {
      await loseDatabase(simulation)
      await quietTime(simulation)
    }
    if (simulation.options.hasBitRot !== false && random.chance(0.12)) {
      rotSomething(simulation)
      // At once, or after more was written by tabs that have seen nothing of it.
      if (random.chance(0.5)) await quietTime(simulation)
    }
  }
  for (const tab of [...simulation.tabs]) {
    if (random.chance(0.7)) await simulation.closeTab(tab)
    else simulation.leave(tab)
  }
  await quietTime(simulation)
  await checkEmptiable(simulation)
  simulation.checkViolations()
}

async function busyTime(simulation: Simulation): Promise<void> {
  const { random, machine, tabs, calls } = simulation
  machine.faults = simulation.rates
  if (machine.faults !== NO_FAULTS) simulation.hadTrouble = true
  const troubleAt = random.below(14)
  const actions = random.between(4, 12)
  calls.expectedCodes = simulation.hadTrouble ? undefined : EXPECTED_CODES
  for (let i = 0; i < actions; i++) {
    if (i === troubleAt) {
      trouble(simulation)
      // A frozen tab may keep others waiting until their deadlines.
      calls.expectedCodes = undefined
    }
    if (tabs.length === 0 || (tabs.length < 3 && random.chance(0.15))) simulation.openTab()
    const running = tabs.filter(({ life }) => life.state === 'running')
    const tab = running.length === 0 ? simulation.openTab() : random.pick(running)
    const name = random.pick(simulation.collectionNames)
    const opened = await simulation.openHandle(tab, name)
    // The tab may have been frozen or ended while it opened.
    if ('handle' in opened && tab.life.state === 'running') act(simulation, tab, name, opened.handle)
    simulation.checkViolations()
    const pause = random.weighted({ none: 4, short: 4, long: 1, settled: 1 })
    if (pause === 'short') await machine.time.pass(random.below(10))
    if (pause === 'long') await machine.time.pass(random.below(3_000))
    if (pause === 'settled' && running.length === tabs.length) await calls.settle()
  }
}

/** Everything is well: all that was begun ends, and what is shown is looked at. */
async function quietTime(simulation: Simulation): Promise<void> {
  const { machine, calls, tabs } = simulation
  machine.faults = NO_FAULTS
  machine.disk(DATABASE).quota = Number.POSITIVE_INFINITY
  for (const tab of tabs) simulation.thaw(tab)
  await calls.settle()
  // Longer than anything that a power cut may take is ago, and than a witness lags behind.
  await machine.time.pass(5_000)
  simulation.checkViolations()
  simulation.note('all is quiet')
  await checkAll(simulation)
  simulation.checkViolations()
}

/**
 * Lets code that is loaded and compiled once be so before any life begins: what happens outside the simulated world has no place in its
 * order.
 */
export async function warmUp(options: SimulationOptions): Promise<void> {
  const simulation = new Simulation(0, { ...options, hasFaults: false })
  const { time } = simulation.machine
  const tab = simulation.openTab()
  let isDone = false
  const opening = (async () => {
    const session = await options.open(tab.world, DATABASE)
    const collection = await session.openCollection(
      'warm',
      simulation.optionsFor('power', () => {}, false),
    )
    await collection.upsert(simulation.maker.points(8))
    await collection.query({ vector: Float32Array.of(1, 2, 3), text: 'city' })
    await session.close()
  })().finally(() => {
    isDone = true
  })
  while (!isDone) {
    await time.run(() => isDone, 100)
    await time.settle()
  }
  await opening
  simulation.leave(tab)
}
