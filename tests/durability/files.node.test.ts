import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPage } from '../support/build-page.ts'
import { type AgentServer, startAgentServer } from './agent-server.ts'
import { chromiumLevelDb } from './engines/chromium.ts'
import type { Engine } from './engines/engine.ts'
import { ENGINES } from './engines/engines.ts'
import type { FilesOutcome, FilesTrialOptions } from './files-trial.ts'
import { runIngestTrial } from './ingest-trial.ts'
import { makeScratch, type Scratch } from './scratch.ts'
import { runTakeOverTrial } from './take-over-trial.ts'

// VOISIN_INGEST_KILLS=30 and VOISIN_TAKE_OVER_KILLS=20 are whole runs, in every engine that is here; VOISIN_SEED=7 repeats a trial.
const { VOISIN_INGEST_KILLS, VOISIN_TAKE_OVER_KILLS, VOISIN_SEED } = process.env
/** Kills that are made always. */
const KILLS = 2
/** In a row, with one library. */
const MOST_IN_A_ROW = 4
/** A kill and what is looked at after it take some seconds, and on a busy machine many. */
const PATIENCE_MS = 180_000

let page: Scratch
let server: AgentServer

beforeAll(async () => {
  page = await makeScratch('page')
  await buildPage(fileURLToPath(new URL('./page/agent.html', import.meta.url)), page.folder)
  server = await startAgentServer(page.folder)
})

afterAll(async () => {
  await server.close()
  await page.remove()
})

async function enginesHere(): Promise<Engine[]> {
  const here: Engine[] = []
  for (const engine of ENGINES) if ((await engine.missing()) === undefined) here.push(engine)
  return here
}

/** Trials until so many kills fell in the midst of things. */
async function killUntil(
  wanted: string | undefined,
  runTrial: (options: FilesTrialOptions) => Promise<FilesOutcome>,
): Promise<void> {
  const most = Number(wanted ?? KILLS)
  const engines = wanted === undefined ? [chromiumLevelDb] : await enginesHere()
  const problems: string[] = []
  for (let kills = 0, trial = 0; kills < most; trial++) {
    const engine = engines[trial % engines.length] as Engine
    const seed = VOISIN_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(VOISIN_SEED)
    const outcome = await runTrial({ engine, seed, kills: Math.min(MOST_IN_A_ROW, most - kills), server })
    kills += outcome.kills
    console.log(`${engine.name}, seed ${seed}, ${kills} of ${most} kills: ${outcome.told}`)
    problems.push(...outcome.problems.map((what) => `${engine.name}, seed ${seed}: ${what}`))
  }
  expect(problems).toEqual([])
}

const patience = (wanted: string | undefined) => (Number(wanted ?? KILLS) + 2) * PATIENCE_MS

test(
  'an ingest that is killed leaves whole documents alone, and goes on without embedding again what is stored',
  () => killUntil(VOISIN_INGEST_KILLS, runIngestTrial),
  patience(VOISIN_INGEST_KILLS),
)

test(
  'the opening of a library of version 0.1 can be killed, and loses nothing',
  () => killUntil(VOISIN_TAKE_OVER_KILLS, runTakeOverTrial),
  patience(VOISIN_TAKE_OVER_KILLS),
)
