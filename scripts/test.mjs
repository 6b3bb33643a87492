// All tests: the gate, Vitest (a real browser and Node), Playwright on the built demo; then one line over all of them.
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { findOrInstallBrowser } from './find-browser.mjs'
import { requireInstall } from './installed.mjs'
import { ROOT, run } from './run.mjs'
import { sharedIsPresent } from './shared-data.mjs'

const RESULTS = join(ROOT, 'tests/.results')
const VITEST_RESULTS = join(RESULTS, 'vitest.json')
const PLAYWRIGHT_RESULTS = join(RESULTS, 'playwright.json')
/** How a test says what it needs that is not data: a program, or a right on this machine. */
const EXCUSE = / \[needs [^\]]+\]$/

async function readResults(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** A file that could not even be loaded counts as one failed test, so that it is never silently absent. */
function vitestTests(results) {
  return (results?.testResults ?? []).flatMap((file) =>
    file.assertionResults.length > 0
      ? file.assertionResults.map((test) => ({
          name: test.fullName,
          status: test.status === 'pending' ? 'skipped' : test.status,
        }))
      : [{ name: file.name, status: file.status === 'passed' ? 'skipped' : 'failed' }],
  )
}

function playwrightTests(results) {
  const status = { expected: 'passed', flaky: 'failed', unexpected: 'failed', skipped: 'skipped' }
  const walk = (suite) => [
    ...(suite.specs ?? []).flatMap((spec) => spec.tests.map((test) => ({ name: spec.title, status: status[test.status] }))),
    ...(suite.suites ?? []).flatMap(walk),
  ]
  return (results?.suites ?? []).flatMap(walk)
}

await requireInstall()
// What the durability runs have counted stays.
for (const file of [VITEST_RESULTS, PLAYWRIGHT_RESULTS]) await rm(file, { force: true })
await mkdir(RESULTS, { recursive: true })
const env = { VOISIN_BROWSER: await findOrInstallBrowser() }
console.log(`browser: ${env.VOISIN_BROWSER}`)
console.log(
  sharedIsPresent ? 'real models and data: present' : 'real models and data: absent; the tests that need them are skipped',
)

const codes = {}
codes.check = await run('node', ['scripts/check.mjs'])
codes.vitest = await run('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_RESULTS}`], {
  env,
})
codes.playwright = await run('playwright', ['test', '-c', 'tests/playwright.config.ts'], { env, cwd: ROOT })

const tests = [...vitestTests(await readResults(VITEST_RESULTS)), ...playwrightTests(await readResults(PLAYWRIGHT_RESULTS))]
const named = (status) => tests.filter((test) => test.status === status)
const skipped = named('skipped')
const failed = named('failed')
for (const test of skipped) console.log(`skipped: ${test.name}`)
for (const test of failed) console.log(`failed: ${test.name}`)
for (const [step, code] of Object.entries(codes)) if (code !== 0) console.log(`${step} ended with exit code ${code}`)

// With the data beside the checkout only a missing program is an excuse to be left out.
const unexcused = sharedIsPresent && skipped.some((test) => !EXCUSE.test(test.name))
if (unexcused) console.log('a test was skipped although the real models and data are present')
const bad = failed.length > 0 || unexcused || Object.values(codes).some((code) => code !== 0) || tests.length === 0
console.log(`${named('passed').length} passed, ${failed.length} failed, ${skipped.length} skipped`)
process.exit(bad ? 1 : 0)
