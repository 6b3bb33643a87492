import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildPage } from '../support/build-page.ts'
import { type AgentServer, startAgentServer } from './agent-server.ts'
import { controlRelaxed } from './controls.ts'
import { chromiumLevelDb as engine } from './engines/chromium.ts'
import { missingForCuts, openPowerLab, type PowerLab } from './power.ts'
import { makeScratch, type Scratch } from './scratch.ts'
import { type End, runTrial } from './trial.ts'

const missing = missingForCuts()
const CUTS = 2
/** Of the third shape: large writes and small ones. */
const SEED = 2

let page: Scratch
let server: AgentServer
let lab: PowerLab

beforeAll(async () => {
  if (missing !== undefined) return
  page = await makeScratch('page')
  await buildPage(fileURLToPath(new URL('./page/agent.html', import.meta.url)), page.folder)
  server = await startAgentServer(page.folder)
  lab = await openPowerLab()
})

afterAll(async () => {
  if (missing !== undefined) return
  await lab.remove()
  await server.close()
  await page.remove()
})

/** A test that is left out says what it needs; scripts/test.mjs excuses it. */
const cutTest = (name: string, task: () => Promise<void>) =>
  test.skipIf(missing !== undefined)(missing === undefined ? name : `${name} [needs ${missing}]`, task)

cutTest(`${CUTS} power cuts lose nothing of a collection and nothing of a library`, async () => {
  for (const subject of ['collection', 'library'] as const) {
    const ends: End[] = []
    const options = { engine, mode: 'cut', subject, durability: 'power', seed: SEED, ends: CUTS / 2, server, lab } as const
    await runTrial(options, async (end) => void ends.push(end))
    expect(ends.map(({ lost, torn, differences }) => ({ lost, torn, differences }))).toEqual(
      ends.map(() => ({ lost: 0, torn: 0, differences: [] })),
    )
    expect(ends.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(0)
  }
})

cutTest('what the browser was not asked to keep is lost by a power cut', async () => {
  const { acknowledged, lost } = await controlRelaxed({ engine, server, seed: SEED, lab })
  console.log(`negative control: ${acknowledged} relaxed writes acknowledged, ${lost} lost`)
  expect(lost).toBeGreaterThan(0)
})
