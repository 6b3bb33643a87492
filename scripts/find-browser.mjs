import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser', 'chrome']
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':')
  return folders.map((folder) => `${folder}/${name}`).find((path) => existsSync(path))
}

async function playwrightsOwn() {
  const { chromium } = await import('playwright')
  const path = chromium.executablePath()
  return path && existsSync(path) ? path : undefined
}

/** The browser to test with: VOISIN_BROWSER, else an installed Chrome or Chromium, else Playwright's own, else undefined. */
export async function findBrowser() {
  const named = process.env.VOISIN_BROWSER
  if (named) {
    if (existsSync(named)) return named
    throw new Error(`VOISIN_BROWSER is ${named}, and there is no such file.`)
  }
  return NAMES.map(onPath).find(Boolean) ?? PLACES.find((place) => existsSync(place)) ?? (await playwrightsOwn())
}

function run(command, args) {
  return spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

/** The browser to test with; where none is there it installs one (Debian's package, else Playwright's) or says what to do. */
export async function findOrInstallBrowser() {
  const found = await findBrowser()
  if (found) return found
  console.log('No Chrome or Chromium found: installing one.')
  if (process.getuid?.() === 0 && onPath('apt-get')) {
    if (run('apt-get', ['update']) && run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']))
      return await findBrowser()
  }
  if (run(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'])) return await findBrowser()
  throw new Error('No browser to test with. Install Chrome or Chromium, or set VOISIN_BROWSER to the path of one.')
}

/**
 * What every headless browser here is started with: no calls home, no sandbox that root cannot have, and WebGPU on the CPU, the same on
 * every machine: right answers, and no figures for speed.
 */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
]
