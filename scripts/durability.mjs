// Kills of the browser and power cuts, in every engine that is here, until the totals are reached: `pnpm test:durability`.
// Stopped and started again, it goes on. VOISIN_KILLS and VOISIN_CUTS say how many; VOISIN_ONLY='firefox cut' chooses; VOISIN_SEED repeats.
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { runnerImport } from 'vite'
import { findOrInstallBrowser } from './find-browser.mjs'
import { requireInstall } from './installed.mjs'
import { ROOT } from './run.mjs'
import { conditions } from './workspace-vite.mjs'

await requireInstall()
process.env.VOISIN_BROWSER = await findOrInstallBrowser()
setPriority(10)
// What is mounted and started is undone when the process ends, however it is asked to.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))

function wholeNumber(name, otherwise) {
  const value = process.env[name] ?? otherwise
  if (value === undefined) return undefined
  if (Number.isSafeInteger(Number(value)) && Number(value) >= 0) return Number(value)
  console.error(`${name} is ${value}; expected a whole number.`)
  process.exit(2)
}

const { module } = await runnerImport(join(ROOT, 'tests/durability/run.ts'), { configFile: false, resolve: { conditions } })
const isGood = await module.runDurability({
  kills: wholeNumber('VOISIN_KILLS', 300),
  cuts: wholeNumber('VOISIN_CUTS', 60),
  only: (process.env.VOISIN_ONLY ?? '').split(/\s+/).filter(Boolean),
  seed: wholeNumber('VOISIN_SEED'),
})
process.exit(isGood ? 0 : 1)
