// The gate: format, lint, types, unused code, manifests, tarballs, sizes. Stops at the first that fails.
import { requireInstall } from './installed.mjs'
import { eachPackage } from './packages.mjs'
import { run } from './run.mjs'

const STEPS = [
  ['format and lint', () => run('biome', ['ci', '.', '--error-on-warnings'])],
  ['types of the packages', () => run('tsc', ['-b'])],
  ['types of the tests', () => run('tsc', ['-p', 'tests'])],
  ['types of the demo', () => run('tsc', ['-p', 'demo'])],
  ['types of the benches', () => run('tsc', ['-p', 'bench'])],
  ['unused code', () => run('knip', [])],
  ['addresses and keywords', () => run('node', ['scripts/manifests.mjs', '--check'])],
  ['manifests', () => eachPackage(({ folder }) => run('publint', ['--strict'], { cwd: folder, quiet: true }))],
  ['tarballs', () => run('node', ['scripts/tarballs.mjs'])],
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
