// pnpm bench <suite> [options]: see USAGE
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runBeside } from './node/beside.mjs'
import { coldStarts } from './node/cold-start.mjs'
import { environment } from './node/environment.mjs'
import { withModuleSizes } from './node/module-sizes.mjs'
import { openPage } from './node/open-page.mjs'
import { runNative } from './node/run-native.mjs'
import { sizes } from './node/sizes.mjs'
import { printTable } from './node/table.mjs'

const USAGE = `pnpm bench index|parameters|native|store|verbs|collection|library|embed|quality|ask|size [--quick] [--json FILE] [--n N] [--k K] [--rounds R] [--data NAME]
  index, native: [--dim D] [--ef A,B] [--engine A,B] [--rows build,search,exact,batched,filtered,insert]
  store, verbs, collection, library: [--beside COMMIT]
  quality, ask, embed: [--set A,B] [--model A,B]
  quality: [--weights]`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    n: { type: 'string' },
    k: { type: 'string' },
    rounds: { type: 'string' },
    data: { type: 'string' },
    dim: { type: 'string' },
    ef: { type: 'string' },
    engine: { type: 'string' },
    rows: { type: 'string' },
    set: { type: 'string' },
    model: { type: 'string' },
    weights: { type: 'boolean', default: false },
    beside: { type: 'string' },
  },
})
const suite = positionals[0]
if (!suite || positionals.length > 1) {
  console.error(USAGE)
  process.exit(2)
}

function positive(name) {
  if (values[name] === undefined) return undefined
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number > 0) return number
  console.error(`--${name} takes a positive integer, not "${values[name]}".\n${USAGE}`)
  process.exit(2)
}

function options() {
  const { quick, data, ef, engine, rows, set, model, weights } = values
  const numbers = { n: positive('n'), k: positive('k'), rounds: positive('rounds'), dim: positive('dim') }
  return { ...numbers, quick, data, ef, engine, rows, set, model, weights }
}

// How long a collection takes to open is mostly how long its worker takes to start.
const isOfStore = ['verbs', 'store', 'collection', 'library'].includes(suite)
if (values.beside !== undefined && !isOfStore) {
  console.error(`--beside is of the suites store, verbs, collection and library.\n${USAGE}`)
  process.exit(2)
}

async function runInPage() {
  const { page, browser, close } = await openPage({ isBuilt: isOfStore })
  try {
    return { ...(await page.evaluate(([name, chosen]) => window.voisinBench(name, chosen), [suite, options()])), browser }
  } finally {
    await close()
  }
}

async function withColdStarts({ rows, columns, browser }) {
  const cold = await coldStarts(values.quick ? 3 : 15)
  return { rows: [...rows, cold], columns: [...columns, 'firstVectorMs', 'fastestMs', 'pageMemoryBytes'], browser }
}

async function run() {
  if (suite === 'size') return sizes()
  if (suite === 'native') return runNative(options())
  if (values.beside !== undefined) return runBeside(values.beside, suite, options())
  const result = await runInPage()
  if (suite === 'embed') return withColdStarts(result)
  return suite === 'index' ? withModuleSizes(result) : result
}

const started = performance.now()
const { rows, columns, browser } = await run()
for (const kind of new Set(rows.map(({ row }) => row))) {
  printTable(
    rows.filter(({ row }) => row === kind),
    columns,
  )
}
const settings = new Set(rows.filter((row) => row.settings).map((row) => `${row.engine}: ${row.settings}`))
if (settings.size > 0) console.log(`\n${[...settings].join('\n')}`)
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`)
if (values.json) {
  const file = resolve(values.json)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ suite, environment: await environment(browser), rows }, null, 2)}\n`)
  console.log(values.json)
}
