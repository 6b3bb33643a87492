import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer, defaultClientConditions, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startBrowser } from './browser.ts'
import { BATCH_POINTS, DIM, idsOf, queryVector, vectorOf } from './page/points.ts'

const POINTS = 10_000
const BATCHES = POINTS / BATCH_POINTS
const KILLS = Number(process.env.VOISIN_KILLS ?? 10)
const QUERIES = 100
const K = 10

let server: ViteDevServer
let url: string

beforeAll(async () => {
  server = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('./page', import.meta.url)),
    cacheDir: join(tmpdir(), `voisin-durability-${process.pid}`),
    logLevel: 'error',
    resolve: { conditions: ['@voisin/source', ...defaultClientConditions] },
    optimizeDeps: { include: ['comlink', 'idb', 'cborg', '@orama/stemmers/english', '@orama/stemmers/french'] },
    server: { port: 0, host: '127.0.0.1', fs: { strict: false } },
  })
  await server.listen()
  url = server.resolvedUrls?.local[0] as string
})

afterAll(() => server.close())

async function newProfile(): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'voisin-profile-'))
  onTestFinished(() => rm(profile, { recursive: true, force: true }))
  return profile
}

type Writer = 'write' | 'writeAndLie'

/** Lets the page write until `heard` batches are acknowledged and a moment more has passed; kills it in the middle of the next. */
async function writeAndKill(
  profile: string,
  writer: Writer,
  batches: number[],
  heard: number,
  delayMs: number,
): Promise<number[]> {
  const browser = await startBrowser(profile, url)
  const acknowledged: number[] = []
  let sayEnough = (): void => undefined
  const enough = new Promise<void>((resolve) => {
    sayEnough = resolve
  })
  await browser.page.exposeFunction('acknowledge', (batch: number) => {
    acknowledged.push(batch)
    if (acknowledged.length >= heard) sayEnough()
  })
  const finished = browser.page.evaluate(([name, list]) => globalThis.durability[name](list), [writer, batches] as const)
  await Promise.race([enough, finished])
  await new Promise((resolve) => setTimeout(resolve, delayMs))
  await browser.kill()
  await finished.catch(() => undefined)
  return acknowledged
}

async function inPage<T>(
  profile: string,
  ask: (page: Awaited<ReturnType<typeof startBrowser>>['page']) => Promise<T>,
): Promise<T> {
  const browser = await startBrowser(profile, url)
  await browser.page.exposeFunction('acknowledge', () => undefined)
  const answer = await ask(browser.page)
  await browser.kill()
  return answer
}

const inspect = (profile: string, batches: number[]) =>
  inPage(profile, (page) => page.evaluate((list) => globalThis.durability.inspect(list), batches))

/** Cosine of every point to a query, in f64: the answer that the collection must give. */
function bruteForce(ids: number[], number: number): { id: number; score: number }[] {
  const query = queryVector(number)
  const scored = ids.map((id) => ({ id, score: cosine(query, vectorOf(id)) }))
  return scored.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, K)
}

function cosine(a: Float32Array, b: Float32Array): number {
  let dot = 0
  let aa = 0
  let bb = 0
  for (let i = 0; i < DIM; i++) {
    dot += (a[i] as number) * (b[i] as number)
    aa += (a[i] as number) ** 2
    bb += (b[i] as number) ** 2
  }
  return dot / Math.sqrt(aa * bb)
}

test(`${POINTS} points survive ${KILLS} kills of the browser in the middle of a write`, async () => {
  const profile = await newProfile()
  const safe = new Set<number>()
  const missing = () => Array.from({ length: BATCHES }, (_, batch) => batch).filter((batch) => !safe.has(batch))
  let torn = 0
  let lost = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const share = Math.floor(missing().length / (KILLS - kill + 1))
    const list = missing()
    for (const batch of await writeAndKill(profile, 'write', list, Math.max(1, share), (kill * 7) % 23)) safe.add(batch)
    const counts = await inspect(profile, list)
    list.forEach((batch, i) => {
      const count = counts[i] as number
      if (count !== 0 && count !== BATCH_POINTS) torn++
      if (safe.has(batch) && count !== BATCH_POINTS) lost++
      // Committed, and killed before the word of it was heard.
      if (count === BATCH_POINTS) safe.add(batch)
    })
  }
  const rest = missing()
  await inPage(profile, (page) => page.evaluate((list) => globalThis.durability.write(list), rest))
  for (const batch of rest) safe.add(batch)
  const counts = await inspect(profile, [...safe])
  lost += counts.filter((count) => count !== BATCH_POINTS).length
  console.log(`${KILLS} kills: ${safe.size * BATCH_POINTS} points acknowledged, ${lost * BATCH_POINTS} lost, ${torn} writes torn`)
  expect({ batches: safe.size, lost, torn }).toEqual({ batches: BATCHES, lost: 0, torn: 0 })

  const ids = [...safe].flatMap(idsOf)
  const rankings = await inPage(profile, (page) =>
    page.evaluate(([q, k]) => globalThis.durability.search(q, k), [QUERIES, K] as const),
  )
  rankings.forEach((ranking, number) => {
    const expected = bruteForce(ids, number)
    expect(ranking.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    ranking.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(expected[i]?.score as number, 5)
    })
  })
})

test('a store that acknowledges before its transaction is complete is caught', async () => {
  const profile = await newProfile()
  const all = Array.from({ length: BATCHES }, (_, batch) => batch)
  const acknowledged = await writeAndKill(profile, 'writeAndLie', all, BATCHES / 2, 0)
  const counts = await inspect(profile, acknowledged)
  const lost = counts.filter((count) => count !== BATCH_POINTS).length
  console.log(`negative control: ${acknowledged.length} writes acknowledged early, ${lost} lost`)
  expect(lost).toBeGreaterThan(0)
})
