// Negative controls: a harness that cannot see a loss proves nothing.
import type { Engine } from './engines/engine.ts'
import type { PowerLab } from './power.ts'
import type { Control } from './tally.ts'
import { type End, runTrial, type TrialOptions } from './trial.ts'

type Means = Pick<TrialOptions, 'server' | 'seed'> & { readonly engine: Engine }

async function firstEnd(options: TrialOptions): Promise<End> {
  const ends: End[] = []
  await runTrial(options, async (end) => void ends.push(end))
  return ends[0] as End
}

/** The page says that a write is safe before it has even been asked for, and is killed: just that write must be missed. */
export async function controlEarly(means: Means): Promise<Control> {
  const end = await firstEnd({ ...means, mode: 'kill', subject: 'collection', durability: 'power', ends: 1, early: true })
  return { acknowledged: end.acknowledged, lost: end.lost, isCaught: end.lost === 1 && !end.kept }
}

/** IndexedDB is written to relaxed, 96 KiB a record: where the engine is known to lose that, the cut must take some of it. */
export async function controlRelaxed(means: Means & { readonly lab: PowerLab }): Promise<Control> {
  const end = await firstEnd({ ...means, mode: 'cut', subject: 'relaxed', durability: 'power', ends: 1 })
  return { acknowledged: end.acknowledged, lost: end.lost, isCaught: end.lost > 0 || !means.engine.losesRelaxedWrites }
}
