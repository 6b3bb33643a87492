// The gate: format, lint, types, unused code, manifests, package exports, sizes. Stops at the first that fails.
import { availableParallelism } from 'node:os'
import { requireInstall } from './installed.mjs'
import { PACKAGES } from './packages.mjs'
import { run } from './run.mjs'

/** As many at once as there are cores; begins no more once one has failed. */
async function eachPackage(command, parameters) {
  const due = [...PACKAGES]
  let failure = 0
  const work = async () => {
    while (due.length > 0 && failure === 0) {
      const code = await run(command, parameters, { cwd: due.shift().folder, quiet: true })
      if (code !== 0) failure = code
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return failure
}

const STEPS = [
  ['format and lint', () => run('biome', ['ci', '.', '--error-on-warnings'])],
  ['types of the packages', () => run('tsc', ['-b'])],
  ['types of the tests', () => run('tsc', ['-p', 'tests'])],
  ['types of the demo', () => run('tsc', ['-p', 'demo'])],
  ['types of the benches', () => run('tsc', ['-p', 'bench'])],
  ['unused code', () => run('knip', [])],
  ['addresses and keywords', () => run('node', ['scripts/manifests.mjs', '--check'])],
  ['manifests', () => eachPackage('publint', ['--strict'])],
  ['exports', () => eachPackage('attw', ['--pack', '--profile', 'esm-only', '--quiet'])],
  ['sizes', () => run('node', ['scripts/size-report.mjs'])],
]

await requireInstall()
const started = performance.now()
for (const [name, step] of STEPS) {
  const begun = performance.now()
  const code = await step()
  if (code !== 0) {
    console.error(`check: ${name} failed`)
    process.exit(code)
  }
  console.log(`check: ${name}  ${((performance.now() - begun) / 1000).toFixed(1)} s`)
}
console.log(`check: all is well  ${((performance.now() - started) / 1000).toFixed(1)} s`)
