// What each door, its main part alone, and each worker costs before its first line runs, against its budget; `pnpm bench size` tells what comes later.
import { readFile } from 'node:fs/promises'
import { firstLoads } from '../bench/node/sizes.mjs'

const budgets = JSON.parse(await readFile(new URL('./size-budgets.json', import.meta.url), 'utf8'))
let isOver = false
for (const [door, bytes] of await firstLoads()) {
  const budget = budgets[door]
  const verdict = budget === undefined ? 'has no budget in scripts/size-budgets.json' : bytes > budget ? 'is over its budget' : ''
  if (verdict) isOver = true
  console.log(`${door.padEnd(27)} ${String(bytes).padStart(7)} of ${budget ?? '?'} bytes, brotli  ${verdict}`)
}
process.exit(isOver ? 1 : 0)
