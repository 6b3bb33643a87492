import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'
import { expect, onTestFinished } from 'vitest'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/find-browser.mjs'
import { FILES, PAGE, tool } from './host.ts'
import { serveFolder } from './serve-folder.ts'
import { makeApp } from './try-host.ts'

const MAIN = "import { openLibrary } from 'voisin'\n\nwindow.library = await openLibrary('shared')\n"
/** Written out, because what a page evaluates is sent to it as text. */
const add = (id: string, text: string) => `library.add(${JSON.stringify({ id, text })}).then(({ added }) => added)`
const LIST = 'library.documents().then((list) => list.map(({ id }) => id))'
const search = (question: string) => `library.search(${JSON.stringify(question)}).then((hits) => hits[0]?.document.id)`

/** The same app, built by Vite below `/vite/` and by esbuild below `/esbuild/` of one host. */
async function serveBoth(tarballs: Record<string, string>): Promise<string> {
  const dependencies = { ...tarballs, vite: '5.4.21', esbuild: '0.28.2' }
  const app = await makeApp(dependencies, { ...FILES, 'index.html': PAGE, 'main.js': MAIN })
  onTestFinished(() => rm(app, { recursive: true, force: true, maxRetries: 10 }))
  await tool(app, 'vite', ['build', '--target', 'es2022', '--base', './', '--outDir', 'dist/vite'])
  await tool(app, 'esbuild', ['main.js', '--bundle', '--format=esm', '--minify', '--outfile=dist/esbuild/main.js'])
  await cp(join(app, 'index.html'), join(app, 'dist/esbuild/index.html'))
  await cp(join(app, 'node_modules/@voisin/mini/model/voisin-mini.bin'), join(app, 'dist/esbuild/voisin-mini.bin'))
  const served = await serveFolder(join(app, 'dist'))
  onTestFinished(() => served.close())
  return served.url
}

async function openTab(page: Page, url: string): Promise<Page> {
  await page.goto(url)
  await page.waitForFunction(() => 'library' in globalThis)
  return page
}

/** Two tabs, each with a build of its own, write and read in turn. */
export async function tryTwoBuilds(tarballs: Record<string, string>): Promise<void> {
  const url = await serveBoth(tarballs)
  const executablePath = await findBrowser()
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: BROWSER_ARGUMENTS })
  onTestFinished(() => browser.close())
  const context = await browser.newContext()
  const first = await openTab(await context.newPage(), `${url}vite/`)
  const second = await openTab(await context.newPage(), `${url}esbuild/`)

  expect(await first.evaluate(add('cats', 'Cats sleep for most of the day.'))).toEqual(['cats'])
  expect(await second.evaluate(LIST)).toEqual(['cats'])
  expect(await second.evaluate(add('bread', 'Bread rises because yeast makes gas from sugar.'))).toEqual(['bread'])
  await expect.poll(() => first.evaluate(search('what makes bread rise?'))).toBe('bread')
  expect(await first.evaluate("library.remove('cats')")).toBe(true)
  expect(await second.evaluate(LIST)).toEqual(['bread'])
  // Either is closed, and what both wrote is there for the other.
  await first.close()
  expect(await second.evaluate(add('cats', 'Cats sleep for most of the day.'))).toEqual(['cats'])
  await second.close()
  const third = await openTab(await context.newPage(), `${url}vite/`)
  expect(await third.evaluate(LIST)).toEqual(['bread', 'cats'])
}
