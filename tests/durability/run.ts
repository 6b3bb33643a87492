// Kills and power cuts until enough were seen of every configuration. Run by scripts/durability.mjs.
import { fileURLToPath } from 'node:url'
import { buildPage } from '../support/build-page.ts'
import { type AgentServer, startAgentServer } from './agent-server.ts'
import { type Configuration, configurationsOf, type Totals } from './configurations.ts'
import { controlEarly, controlRelaxed } from './controls.ts'
import type { Engine } from './engines/engine.ts'
import { ENGINES } from './engines/engines.ts'
import { SHAPES, type Shape } from './history/collection-history.ts'
import { missingForCuts, openPowerLab, type PowerLab } from './power.ts'
import { reportOf } from './report.ts'
import { makeScratch } from './scratch.ts'
import { type Control, keepFailure, openTally, type Tally } from './tally.ts'
import { runTrial } from './trial.ts'

const ENDS_PER_TRIAL = { kill: 6, cut: 2 }
/** Trials of a configuration that may fail in one run before it is given up. */
const MOST_ERRORS = 3

export interface RunOptions extends Totals {
  /** Only configurations whose name holds all of these words. */
  readonly only: readonly string[]
  /** Repeats one trial's history and moments. @default another for each trial */
  readonly seed?: number | undefined
}

interface Means {
  readonly tally: Tally
  readonly server: AgentServer
  readonly lab: PowerLab | undefined
  readonly seed: number | undefined
}

/** Resolves to whether every promise was kept, every control caught, and every total reached. */
export async function runDurability({ only, seed, ...totals }: RunOptions): Promise<boolean> {
  const { engines, excused } = await availableEngines()
  const missing = missingForCuts()
  if (missing !== undefined) excused.push(`power cuts (needs ${missing})`)
  const all = configurationsOf(engines, missing === undefined ? totals : { ...totals, cuts: 0 })
  const wanted = all.filter(({ key, target }) => target > 0 && only.every((word) => key.split(' ').includes(word)))
  const tally = await openTally()
  console.log(`commit: ${tally.commit}`)
  for (const what of excused) console.log(`skipped: ${what}`)

  const page = await makeScratch('page')
  await buildPage(fileURLToPath(new URL('./page/agent.html', import.meta.url)), page.folder)
  const server = await startAgentServer(page.folder)
  const lab = wanted.some(({ mode }) => mode === 'cut') ? await openPowerLab() : undefined
  if (lab?.isAtomic === false)
    console.log('no mkfs.xfs: copies of the disk take a moment, so that a torn write may be their fault')
  const means: Means = { tally, server, lab, seed }
  try {
    for (const engine of new Set(wanted.map((one) => one.engine))) await runControls(engine, means)
    await runAll(wanted, means)
  } finally {
    await lab?.remove()
    await server.close()
    await page.remove()
  }

  console.log(`\n${reportOf(tally, wanted)}`)
  for (const what of excused) console.log(`skipped: ${what}`)
  return isGood(tally, wanted)
}

async function availableEngines(): Promise<{ engines: Engine[]; excused: string[] }> {
  const engines: Engine[] = []
  const excused: string[] = []
  for (const engine of ENGINES) {
    const missing = await engine.missing()
    if (missing === undefined) engines.push(engine)
    else excused.push(`${engine.name} (needs ${missing})`)
  }
  return { engines, excused }
}

/** A seed for histories of this shape. */
function newSeed(shape: Shape): number {
  return Math.floor(Math.random() * 400_000_000) * SHAPES.length + SHAPES.indexOf(shape)
}

/** Trials in a row go through all shapes, and so do configurations in a row. */
function shapeOf({ mode, durability }: Configuration, place: number, trial: number): Shape {
  // What a cut may take is time, and this shape takes much of it for few writes.
  if (mode === 'cut' && durability === 'process' && trial % 2 === 0) return 'paced'
  return SHAPES[(place + trial) % SHAPES.length] as Shape
}

async function runControls(engine: Engine, { tally, server, lab }: Means): Promise<void> {
  const once = async (name: string, control: () => Promise<Control>) => {
    if (tally.controls[name]?.isCaught) return
    const result = await control()
    console.log(`${name}: ${result.lost} of ${result.acknowledged} lost${result.isCaught ? '' : ': NOT CAUGHT'}`)
    await tally.addControl(name, result)
  }
  const seed = newSeed('small')
  await once(`${engine.name}, acknowledged early`, () => controlEarly({ engine, server, seed }))
  if (lab) await once(`${engine.name}, written relaxed`, () => controlRelaxed({ engine, server, seed, lab }))
}

async function runAll(wanted: readonly Configuration[], means: Means): Promise<void> {
  const errors = new Map<string, number>()
  for (;;) {
    const share = ({ key, target }: Configuration) => means.tally.counts(key).ends / target
    const open = wanted.filter((one) => share(one) < 1 && (errors.get(one.key) ?? 0) < MOST_ERRORS)
    // The one that is furthest behind.
    const [next] = open.sort((a, b) => share(a) - share(b))
    if (next === undefined) return
    if (!(await runOne(next, wanted.indexOf(next), means))) errors.set(next.key, (errors.get(next.key) ?? 0) + 1)
  }
}

/** Resolves to whether the trial could be carried out. */
async function runOne(configuration: Configuration, place: number, means: Means): Promise<boolean> {
  const { key, engine, mode, subject, durability, target } = configuration
  const { tally, server, lab } = means
  const before = { ...tally.counts(key) }
  const seed = means.seed ?? newSeed(shapeOf(configuration, place, before.trials))
  const ends = Math.min(ENDS_PER_TRIAL[mode], target - before.ends)
  let failed = false
  try {
    await runTrial({ engine, mode, subject, durability, seed, ends, server, lab }, async (end) => {
      await tally.addEnd(key, end)
      if (end.lost === 0 && end.torn === 0 && end.kept) return
      const file = await keepFailure(`${key} ${seed} ${tally.counts(key).ends}`, end)
      const what = end.kept ? 'lost, as it may' : 'BROKEN'
      console.log(
        `${key}, seed ${seed} (${end.setting.shape}): ${what}\n  ${end.differences.slice(0, 4).join('\n  ')}\n  ${file}`,
      )
    })
  } catch (error) {
    failed = true
    const report = { error: String(error), stack: (error as Error).stack }
    console.log(`${key}, seed ${seed}: ERROR ${error}\n  ${await keepFailure(`${key} ${seed}`, report)}`)
  }
  await tally.addTrial(key, failed)
  const { ends: seen, acknowledged, lost, torn } = tally.counts(key)
  console.log(
    `${key}: ${seen} of ${target}, +${acknowledged - before.acknowledged} acknowledged; ${lost} lost, ${torn} torn in all`,
  )
  return !failed
}

function isGood(tally: Tally, wanted: readonly Configuration[]): boolean {
  const isKept = wanted.every(({ key, target }) => {
    const { broken, errors, ends } = tally.counts(key)
    return broken === 0 && errors === 0 && ends >= target
  })
  return isKept && Object.values(tally.controls).every(({ isCaught }) => isCaught)
}
