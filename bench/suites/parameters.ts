import { HnswIndex, type HnswIndexOptions } from '@voisin/index'
import { vectorSet } from '../data/load.ts'
import type { VectorSet } from '../data/vector-set.ts'
import { flatOracle, recallOf, type Truth, truthOf } from '../index-engines/truth.ts'
import { once } from '../measure/interleave.ts'
import { costAtRecall, type Setting } from '../measure/interpolate.ts'
import { rounded } from '../measure/median.ts'
import type { Row, Suite, SuiteTools } from '../suite.ts'

type Parameters = Pick<HnswIndexOptions, 'm' | 'alpha' | 'efConstruction'>

/** One parameter is changed at a time. `efConstruction` is of no use to a bulk build, so it is tried one by one. */
const TRIALS: readonly { readonly bulk: boolean; readonly parameters: Parameters }[] = [
  ...[8, 12, 16, 24, 32].map((m) => ({ bulk: true, parameters: { m } })),
  ...[1, 1.05, 1.1, 1.15, 1.2, 1.3].map((alpha) => ({ bulk: true, parameters: { alpha } })),
  ...[50, 100, 200, 400].map((efConstruction) => ({ bulk: false, parameters: { efConstruction } })),
]
const EFS = [24, 32, 48, 64, 96, 128, 192]
const K = 10

/** What each parameter of the graph costs and gives. */
export const suite: Suite = {
  columns: ['mode', 'm', 'alpha', 'efConstruction', 'data', 'n', 'recallAtEf64', 'cpuMicrosAt99', 'buildCpuMs', 'bytesPerVector'],
  run: async ({ n = 20_000, data, dim, quick }, tools) => {
    const set = await vectorSet(data, n, 1000, dim)
    const asked = Array.from({ length: set.queries.length / set.dim }, (_, i) =>
      set.queries.subarray(i * set.dim, (i + 1) * set.dim),
    )
    const oracle = await flatOracle(set, 0)
    const truth = truthOf(oracle.exactly, asked, K)
    oracle.close()
    const rows: Row[] = []
    for (const { bulk, parameters } of quick ? TRIALS.slice(0, 2) : TRIALS) {
      const row = await tried(set, asked, truth, bulk, parameters, tools)
      tools.row(row)
      rows.push(row)
    }
    return rows
  },
}

async function tried(
  set: VectorSet,
  asked: readonly Float32Array[],
  truth: Truth,
  bulk: boolean,
  parameters: Parameters,
  tools: SuiteTools,
): Promise<Row> {
  const { dim, points } = set
  const { m = 16, alpha = 1.1, efConstruction = 200 } = parameters
  tools.progress(`m ${m}, alpha ${alpha}, efConstruction ${efConstruction}`)
  const n = points.length / dim
  const index = await HnswIndex.create({ dim, metric: 'cosine', m, alpha, efConstruction, capacity: n })
  const { cpuMs: buildCpuMs } = await once(tools, () => index.addMany(points, { bulk }))
  const settings: Setting[] = []
  for (const ef of EFS) {
    const answers = asked.map((query) => index.search(query, K, { ef, path: 'graph' }).offsets)
    // Long beside the steps of the CPU clock.
    const times = 5
    const { cpuMs } = await once(tools, () => {
      for (let i = 0; i < times; i++) for (const query of asked) index.search(query, K, { ef, path: 'graph' })
    })
    settings.push({ ef, recall: recallOf(answers, truth), cost: (cpuMs * 1000) / (times * asked.length) })
  }
  const row: Row = {
    engine: 'voisin',
    mode: bulk ? 'hnsw-bulk' : 'hnsw-incremental',
    m,
    alpha,
    efConstruction: bulk ? '' : efConstruction,
    data: set.name,
    n,
    dim,
    k: K,
    recallAtEf64: rounded(settings.find(({ ef }) => ef === 64)!.recall),
    cpuMicrosAt99: rounded(costAtRecall(settings, 0.99)?.cost ?? Number.NaN, 3),
    buildCpuMs: rounded(buildCpuMs),
    bytesPerVector: index.bytesPerVector.all,
  }
  index.close()
  return row
}
