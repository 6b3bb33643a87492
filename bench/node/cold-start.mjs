import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { BROWSER_ARGUMENTS, findOrInstallBrowser } from '../../scripts/find-browser.mjs'
import { median } from './median.mjs'
import { bundle, bytesOf } from './sizes.mjs'

const PAGE = fileURLToPath(new URL('../cold/page.ts', import.meta.url))
const TYPES = { js: 'text/javascript', html: 'text/html', bin: 'application/octet-stream' }
const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
/** How long the browser has for its own start before the page is asked for. */
const SETTLE_MS = 3000
/** A visit takes some seconds; what has not answered by then never will. */
const DEADLINE_MS = 60_000

/**
 * How long the first vector takes from the start of a page load, and what the page then holds in memory. Each round is a new browser whose disk
 * cache has the files, as when someone comes back the next day, and nothing listens in: a debugger, through which every chunk that is loaded
 * would be reported, makes it far slower. The page is bundled as an app would be, and says itself what it measured.
 */
export async function coldStarts(rounds) {
  const site = await serve()
  const profile = await mkdtemp(join(tmpdir(), 'voisin-cold-'))
  try {
    await site.visit(profile) // fills the disk cache
    const visits = []
    for (let round = 1; round <= rounds; round++) {
      site.sent.clear()
      visits.push(await site.visit(profile))
      if (site.sent.size > 0) throw new Error(`Not from the disk cache: ${[...site.sent].join(', ')}.`)
      console.error(`  cold start ${round} of ${rounds}`)
    }
    return {
      row: 'cold start',
      engine: 'voisin',
      model: 'voisin-mini',
      firstVectorMs: median(visits.map(({ firstVectorMs }) => firstVectorMs)),
      fastestMs: Math.min(...visits.map(({ firstVectorMs }) => firstVectorMs)),
      pageMemoryBytes: median(visits.map(({ pageMemoryBytes }) => pageMemoryBytes)),
      rounds,
    }
  } finally {
    site.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function serve() {
  const { first, output } = await bundle('cold', PAGE)
  const files = new Map(output.map((file) => [`/${file.fileName}`, bytesOf(file)]))
  const html = (body) => Buffer.from(`<!doctype html><title>voisin</title>${body}`)
  const [entry, ...imported] = first.map(({ fileName }) => `/${fileName}`)
  const preloads = imported.map((path) => `<link rel="modulepreload" href="${path}">`).join('')
  files.set('/', html(`<script type="module" src="${entry}"></script>${preloads}`)) // as Vite writes it
  const sent = new Set()
  let report
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname
    if (request.method === 'POST') {
      report(await json(request))
      return response.writeHead(204, HEADERS).end()
    }
    const file = files.get(path)
    if (!file) return response.writeHead(404, HEADERS).end()
    const extension = path === '/' ? 'html' : path.split('.').at(-1)
    if (extension !== 'html') sent.add(path)
    const cache = { 'Cache-Control': extension === 'html' ? 'no-cache' : 'max-age=31536000, immutable' }
    response.writeHead(200, { 'Content-Type': TYPES[extension], 'Content-Length': file.length, ...cache, ...HEADERS }).end(file)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  const target = `http://127.0.0.1:${port}/`
  // A page of another site, so that the one that it leads to gets a process of its own, which has seen nothing.
  files.set('/before.html', html(`<script>setTimeout(() => location.replace('${target}'), ${SETTLE_MS})</script>`))
  const visit = async (profile) => {
    const reported = new Promise((resolve) => {
      report = resolve
    })
    const browser = await open(profile, `http://localhost:${port}/before.html`)
    try {
      return await within(DEADLINE_MS, Promise.race([reported, browser.failed]))
    } finally {
      await browser.close()
    }
  }
  return { visit, sent, close: () => server.close() }
}

async function open(profile, url) {
  const flags = [
    ...BROWSER_ARGUMENTS,
    '--headless=new',
    // Else a measurement of memory waits for the next garbage collection.
    '--enable-blink-features=ForceEagerMeasureMemory',
    `--user-data-dir=${profile}`,
  ]
  const child = spawn(await findOrInstallBrowser(), [...flags, url], { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const failed = exited.then(([code]) => {
    throw new Error(`The browser ended (${code}) before its page had a vector.`)
  })
  failed.catch(() => {})
  const close = async () => {
    child.kill()
    await exited
  }
  return { failed, close }
}

async function within(ms, promise) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The page reported no vector within ${ms / 1000} s.`)), ms)
  })
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
