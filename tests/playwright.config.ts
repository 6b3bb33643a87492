import { fileURLToPath } from 'node:url'
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test'
import { BROWSER_ARGUMENTS, findBrowser } from '../scripts/find-browser.mjs'

const executablePath = await findBrowser()
const port = Number(process.env.VOISIN_DEMO_PORT ?? 41_730)
const url = `http://127.0.0.1:${port}/`

// No network beyond this machine: whatever asked for one would fail, not only be counted.
const NO_NETWORK = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'

/** The built demo, in a real browser, as a person would use it. */
const config: PlaywrightTestConfig = defineConfig({
  testDir: 'e2e',
  outputDir: '.results/playwright',
  forbidOnly: true,
  retries: 0,
  // A context of its own for each test: files stand in nobody’s way.
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: '.results/playwright.json' }]],
  use: {
    baseURL: url,
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    launchOptions: { ...(executablePath && { executablePath }), args: [...BROWSER_ARGUMENTS, NO_NETWORK] },
  },
  webServer: {
    command: `node scripts/demo.mjs --port ${port}`,
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    url,
    // Another build's server on this port would be tested in place of this one.
    reuseExistingServer: false,
    timeout: 300_000,
    stdout: 'pipe',
  },
})

export default config
