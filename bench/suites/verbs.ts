import type { Durability, PointId } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { vectorSet } from '../data/load.ts'
import type { VectorSet } from '../data/vector-set.ts'
import { once } from '../measure/interleave.ts'
import { median, rounded } from '../measure/median.ts'
import { deleteDatabase } from '../store-engines/delete-database.ts'
import type { Row, Suite, SuiteTools } from '../suite.ts'

type Note = { readonly title: string; readonly body: string; readonly year: number }

const DURABILITIES: readonly Durability[] = ['power', 'process', 'memory']
const QUERIES = 20
const BATCH_POINTS = 500
/** Calls of each verb that takes a few milliseconds at most. */
const CALLS = 100

/** Of a verb's calls the slowest in ten are left out of its time, for they waited for folding or linking in the background. */
const COUNTED = 0.9

interface Timing {
  readonly verb: string
  /** Per call, in ms. */
  readonly wallMs: number
  /** With what was done in the background meanwhile. */
  readonly cpuMs: number
}

/** Every verb of a collection, called one after the other on a collection of n points. */
export const suite: Suite = {
  columns: ['durability', 'verb', 'n', 'dim', 'wallMs', 'cpuMs', 'rounds'],
  run: async (options, tools) => {
    const { quick, n = quick ? 2_000 : 10_000, k = 10, rounds = quick ? 1 : 3 } = options
    const set = await vectorSet(options.data, n, QUERIES)
    const lives = DURABILITIES.map((durability) => ({ durability, timings: [] as Timing[][] }))
    for (let round = 1; round <= rounds; round++) {
      for (const { durability, timings } of lives) {
        tools.progress(`round ${round} of ${rounds}: durability ${durability}`)
        timings.push(await live(durability, set, k, tools))
      }
    }
    return lives.flatMap(({ durability, timings }) =>
      timings[0]!.map(({ verb }, i): Row => {
        const middle = (name: 'wallMs' | 'cpuMs') => rounded(median(timings.map((life) => life[i]![name])))
        const row = {
          durability,
          verb,
          data: set.name,
          n,
          dim: set.dim,
          wallMs: middle('wallMs'),
          cpuMs: middle('cpuMs'),
          rounds,
        }
        tools.row(row)
        return row
      }),
    )
  },
}

async function live(durability: Durability, set: VectorSet, k: number, tools: SuiteTools): Promise<Timing[]> {
  const { dim, points, queries } = set
  const database = `bench-${crypto.randomUUID()}`
  const count = points.length / dim
  const timings: Timing[] = []
  const time = async <T>(verb: string, times: number, work: (call: number) => Promise<T>): Promise<T> => {
    const walls: number[] = []
    const timed = async (call: number) => {
      const before = performance.now()
      const result = await work(call)
      walls.push(performance.now() - before)
      return result
    }
    const { result, cpuMs } = await once(tools, async () => {
      for (let call = 0; call < times - 1; call++) await timed(call)
      return await timed(times - 1)
    })
    timings.push({ verb, wallMs: meanOfMost(walls), cpuMs: cpuMs / times })
    return result
  }
  const open = () => openCollection<Note>('bench', { database, dim, durability, fields: { body: 'text' } })
  const payload = (row: number): Note => ({
    title: `Note ${row}`,
    body: `the ${WORDS[row % 7]} ${WORDS[row % 11]} of ${row}`,
    year: 1990 + (row % 36),
  })
  const batch = (from: number, size: number) => {
    const rows = Array.from({ length: Math.min(size, count - from) }, (_, i) => from + i)
    const data = points.slice(from * dim, (from + rows.length) * dim)
    return { ids: rows, vectors: { data, count: rows.length, dim }, payloads: rows.map(payload) }
  }
  const some = (size: number, call: number): PointId[] => Array.from({ length: size }, (_, i) => (call * size + i * 7) % count)
  const query = (call: number) => {
    const at = call % QUERIES
    return queries.slice(at * dim, (at + 1) * dim)
  }

  let notes = await time('open, empty', 1, open)
  await time('upsert of 500', Math.ceil(count / BATCH_POINTS), (call) => notes.upsert(batch(call * BATCH_POINTS, BATCH_POINTS)))
  await time('upsert of 1', CALLS, (call) => notes.upsert(batch(call, 1)))
  await time('update of 1', CALLS, (call) => notes.update([call], { year: 2_000 + call }))
  await time('update of 500', 20, (call) => notes.update(some(500, call), { year: 2_000 + call }))
  await time('write of each kind', 20, (call) =>
    notes.write({
      upsert: batch(call * 10, 10),
      update: [{ ids: some(10, call), payload: { year: 1 } }],
      delete: [count + call],
    }),
  )
  await time('retrieve 100', CALLS, (call) => notes.retrieve(some(100, call)))
  await time('retrieve 100 with vectors', CALLS, (call) => notes.retrieve(some(100, call), { withVector: true }))
  await time('count', CALLS, () => notes.count())
  await time('count, filtered', 20, (call) => notes.count({ year: { $gte: 2_000 + call } }))
  await time('query by vector', CALLS, (call) => notes.query({ vector: query(call), limit: k }))
  await time('query, filtered', QUERIES, (call) =>
    notes.query({ vector: query(call), limit: k, filter: { year: { $lt: 2_000 } } }),
  )
  await time('query by words', CALLS, (call) => notes.query({ text: `${WORDS[call % 7]} ${call}`, limit: k }))
  await time('query by both', CALLS, (call) => notes.query({ vector: query(call), text: `${WORDS[call % 7]} ${call}`, limit: k }))
  await time('scroll all', 1, async () => {
    let seen = 0
    for await (const _ of notes.scroll()) seen++
    if (seen !== count) throw new Error(`Scrolled over ${seen} of ${count}.`)
  })
  await time('status', CALLS, () => notes.status())
  await time('flush', CALLS, () => notes.flush())
  await time('delete of 1', CALLS, (call) => notes.delete([call * 3]))
  await time('delete by filter', 5, (call) =>
    notes.delete({ filter: { title: { $in: [`Note ${call * 3 + 1}`, `Note ${call * 3 + 2}`] } } }),
  )
  if (durability !== 'memory') {
    await time('close', 1, () => notes.close())
    notes = await time('open again', 1, open)
  }
  // Not in the store of every commit that this one is held beside.
  if ('vacuum' in notes) await time('vacuum', 1, () => notes.vacuum())
  await notes.close()
  await deleteDatabase(database)
  return timings
}

const WORDS = ['river', 'letter', 'bridge', 'bakery', 'wind', 'ticket', 'valley', 'song', 'form', 'train', 'library']

function meanOfMost(times: readonly number[]): number {
  const counted = [...times].sort((a, b) => a - b).slice(0, Math.max(1, Math.floor(times.length * COUNTED)))
  return counted.reduce((sum, time) => sum + time, 0) / counted.length
}
