import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { servePage } from '../support/build-page.ts'
import { startBrowser } from './browser.ts'
import { BATCH_POINTS, DIM, idsOf, queryVector, vectorOf } from './page/points.ts'

const POINTS = 10_000
const BATCHES = POINTS / BATCH_POINTS
const KILLS = 6
const QUERIES = 100
const K = 10

let server: Awaited<ReturnType<typeof servePage>>

beforeAll(async () => {
  server = await servePage(fileURLToPath(new URL('./page', import.meta.url)))
})

afterAll(() => server.close())

async function newProfile(): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'voisin-profile-'))
  onTestFinished(() => rm(profile, { recursive: true, force: true, maxRetries: 10 }))
  return profile
}

type Writer = 'write' | 'writeAndLie'

/** One life of the browser: a page that is asked, that may write, and that ends by a kill. */
interface Life {
  inspect(batches: readonly number[]): Promise<number[]>
  search(): Promise<{ id: number; score: number }[][]>
  /** Writes to the end. */
  write(batches: readonly number[]): Promise<void>
  /** Writes until `heard` batches are acknowledged and a moment more has passed. Returns what was acknowledged. */
  writeUntil(writer: Writer, batches: readonly number[], heard: number, delayMs: number): Promise<number[]>
  kill(): Promise<void>
}

async function live(profile: string): Promise<Life> {
  const { page, kill } = await startBrowser(profile, server.url)
  onTestFinished(kill)
  const acknowledged: number[] = []
  let whenHeard = (): Promise<never> | undefined => undefined
  await page.exposeFunction('acknowledge', (batch: number) => {
    acknowledged.push(batch)
    return whenHeard()
  })
  return {
    inspect: (batches) => page.evaluate((list) => globalThis.durability.inspect(list), batches),
    search: () => page.evaluate(([queries, k]) => globalThis.durability.search(queries, k), [QUERIES, K] as const),
    write: (batches) => page.evaluate((list) => globalThis.durability.write(list), batches),
    async writeUntil(writer, batches, heard, delayMs) {
      const enough = new Promise<void>((resolve) => {
        whenHeard = () => {
          if (acknowledged.length < heard) return undefined
          resolve()
          // The liar hears no more: what it said last must not become true before the kill.
          return writer === 'writeAndLie' ? new Promise<never>(() => {}) : undefined
        }
      })
      const written = page.evaluate(([name, list]) => globalThis.durability[name](list), [writer, batches] as const)
      // The kill that follows ends it with an error; a write that fails before that must be seen.
      await Promise.race([enough, written])
      written.catch(() => undefined)
      // Where in a write the kill falls is what is varied; nothing is waited for.
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      return acknowledged
    },
    kill,
  }
}

/** Cosine of every point to a query, in f64: the answer that the collection must give. */
function bruteForce(points: readonly { id: number; vector: Float32Array }[], number: number): { id: number; score: number }[] {
  const query = queryVector(number)
  const scored = points.map(({ id, vector }) => ({ id, score: cosine(query, vector) }))
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
  const tally = { kills: 0, lost: 0, torn: 0 }
  const check = async (life: Life) => {
    const all = Array.from({ length: BATCHES }, (_, batch) => batch)
    const counts = await life.inspect(all)
    for (const batch of all) {
      const count = counts[batch] as number
      if (count !== 0 && count !== BATCH_POINTS) tally.torn++
      if (safe.has(batch) && count !== BATCH_POINTS) tally.lost++
      // Committed, and killed before the word of it was heard.
      if (count === BATCH_POINTS) safe.add(batch)
    }
  }

  while (tally.kills < KILLS) {
    const life = await live(profile)
    await check(life)
    const rest = missing()
    const share = Math.max(1, Math.floor(rest.length / (KILLS - tally.kills + 1)))
    for (const batch of await life.writeUntil('write', rest, share, (tally.kills * 7) % 23)) safe.add(batch)
    await life.kill()
    tally.kills++
  }
  const last = await live(profile)
  await check(last)
  const rest = missing()
  await last.write(rest)
  for (const batch of rest) safe.add(batch)
  await check(last)
  console.log(
    `${tally.kills} kills: ${safe.size * BATCH_POINTS} points acknowledged, ${tally.lost} writes lost, ${tally.torn} torn`,
  )
  expect({ batches: safe.size, ...tally }).toEqual({ batches: BATCHES, kills: KILLS, lost: 0, torn: 0 })

  const points = [...safe].flatMap(idsOf).map((id) => ({ id, vector: vectorOf(id) }))
  const rankings = await last.search()
  await last.kill()
  expect(rankings.length).toBe(QUERIES)
  rankings.forEach((ranking, number) => {
    const expected = bruteForce(points, number)
    expect(ranking.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    ranking.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(expected[i]?.score as number, 5)
    })
  })
})

test('a store that acknowledges before its transaction is complete is caught', async () => {
  const profile = await newProfile()
  const all = Array.from({ length: BATCHES }, (_, batch) => batch)
  const liar = await live(profile)
  const acknowledged = [...(await liar.writeUntil('writeAndLie', all, BATCHES / 2, 0))]
  await liar.kill()
  const witness = await live(profile)
  const counts = await witness.inspect(acknowledged)
  await witness.kill()
  const lost = counts.filter((count) => count !== BATCH_POINTS).length
  console.log(`negative control: ${acknowledged.length} writes acknowledged early, ${lost} lost`)
  // The last it spoke of; all before were written.
  expect(lost).toBe(1)
})
