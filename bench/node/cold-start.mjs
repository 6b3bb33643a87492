import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { BROWSER_ARGUMENTS, findOrInstallBrowser } from '../../scripts/find-browser.mjs'
import { bundle, bytesOf } from './sizes.mjs'

const PAGE = fileURLToPath(new URL('../cold/page.ts', import.meta.url))
const TYPES = { js: 'text/javascript', html: 'text/html', bin: 'application/octet-stream' }
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/**
 * How long the first vector takes from the start of a page load, and what the page then holds in memory. Each round is a new page in a new
 * browser whose disk cache has the files, as when someone comes back the next day. The page is bundled as an app would be.
 */
export async function coldStarts(rounds) {
  const { first, output } = await bundle('cold', PAGE)
  const files = new Map(output.map((file) => [`/${file.fileName}`, bytesOf(file)]))
  const html = `<!doctype html><title>voisin</title><script type="module" src="/${first[0].fileName}"></script>`
  files.set('/', Buffer.from(html))
  files.set('/empty.html', Buffer.from('<!doctype html><title>empty</title>'))
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url, 'http://localhost').pathname)
    if (!file) return response.writeHead(404, HEADERS).end()
    const extension = request.url === '/' ? 'html' : request.url.split('.').at(-1)
    const cache = { 'Cache-Control': request.url === '/' ? 'no-cache' : 'max-age=31536000, immutable' }
    response.writeHead(200, { 'Content-Type': TYPES[extension], 'Content-Length': file.length, ...cache, ...HEADERS }).end(file)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = await mkdtemp(join(tmpdir(), 'voisin-cold-'))
  const url = `http://127.0.0.1:${server.address().port}/`
  try {
    await visit(profile, url) // fills the disk cache
    const visits = []
    for (let round = 1; round <= rounds; round++) {
      console.error(`  cold start ${round} of ${rounds}`)
      visits.push(await visit(profile, url))
    }
    return {
      row: 'cold start',
      engine: 'voisin',
      model: 'voisin-mini',
      firstVectorMs: median(visits.map(({ firstVectorMs }) => firstVectorMs)),
      fastestMs: Math.min(...visits.map(({ firstVectorMs }) => firstVectorMs)),
      pageMemoryBytes: median(visits.map(({ bytes }) => bytes)),
      rounds,
    }
  } finally {
    server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function visit(profile, url) {
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: await findOrInstallBrowser(),
    // Else a measurement of memory waits for the next garbage collection.
    args: [...BROWSER_ARGUMENTS, '--enable-blink-features=ForceEagerMeasureMemory'],
  })
  try {
    // The browser itself has started then; the page below is a process of its own and has seen nothing.
    await (await browser.newPage()).goto(`${url}empty.html`)
    const page = await browser.newPage()
    await page.goto(url)
    await page.waitForFunction(() => globalThis.firstVectorMs !== undefined)
    return await page.evaluate(async () => ({
      firstVectorMs: Math.round(globalThis.firstVectorMs),
      bytes: (await performance.measureUserAgentSpecificMemory()).bytes,
    }))
  } finally {
    await browser.close()
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}
