import { createEmbedder, modelSource } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import type { ModelSource } from '@voisin/spec'
import { type TextSet, textSet } from '../data/texts.ts'
import { once } from '../measure/interleave.ts'
import { median, rounded } from '../measure/median.ts'
import type { Row, Suite, SuiteTools } from '../suite.ts'

const MINILM = 'Xenova/all-MiniLM-L6-v2'
const MINILM_URL = `/shared/models/${MINILM}/`
const QUERIES = 20

/** Texts per second of the built-in model, and of MiniLM where its files are served. */
export const suite: Suite = {
  columns: [
    'model',
    'data',
    'texts',
    'tokens',
    'textsPerCpuSecond',
    'tokensPerCpuSecond',
    'textsPerSecond',
    'queryMs',
    'loadMs',
    'loadCpuMs',
    'modelBytes',
    'threads',
    'rounds',
  ],
  run: async (options, tools) => {
    const { quick, rounds = quick ? 1 : 3 } = options
    const rows = [await measure(miniModel, await textSet(options.n ?? (quick ? 500 : 5_000)), rounds, tools)]
    // Three hundred times the work per text.
    const few = Math.max(8, Math.round((options.n ?? (quick ? 800 : 6_400)) / 50))
    if (await isServed(`${MINILM_URL}config.json`)) {
      rows.push(await measure(modelSource(MINILM, MINILM_URL), await textSet(few), rounds, tools))
    } else tools.progress(`${MINILM} is not served here and left out.`)
    return rows
  },
}

async function measure(model: ModelSource, { name, texts }: TextSet, rounds: number, tools: SuiteTools): Promise<Row> {
  tools.progress(`${model.name}: loading`)
  const load = await once(tools, () => createEmbedder({ model }))
  const embedder = load.result
  try {
    const tokens = (await embedder.countTokens(texts)).reduce((sum, count) => sum + Math.min(count, embedder.maxTokens), 0)
    await embedder.embedDocuments(texts.slice(0, 8)) // warms up
    const cpu: number[] = []
    const wall: number[] = []
    const query: number[] = []
    for (let round = 1; round <= rounds; round++) {
      tools.progress(`${model.name}: round ${round} of ${rounds}`)
      const documents = await once(tools, () => embedder.embedDocuments(texts))
      cpu.push(documents.cpuMs / 1000)
      wall.push(documents.wallMs / 1000)
      const queries = await once(tools, async () => {
        for (let i = 0; i < QUERIES; i++) await embedder.embedQuery(`${texts[i % texts.length]} ${round}`)
      })
      query.push(queries.wallMs / QUERIES)
    }
    const { threads, modelBytes, runtime } = await embedder.info()
    const row = {
      engine: 'voisin',
      model: model.name,
      data: name,
      texts: texts.length,
      tokens,
      textsPerCpuSecond: rounded(texts.length / median(cpu)),
      tokensPerCpuSecond: rounded(tokens / median(cpu)),
      textsPerSecond: rounded(texts.length / median(wall)),
      queryMs: rounded(median(query)),
      loadMs: rounded(load.wallMs),
      loadCpuMs: rounded(load.cpuMs),
      modelBytes,
      threads,
      runtime,
      rounds,
      cpuSeconds: rounded(cpu.reduce((sum, seconds) => sum + seconds, 0)),
    }
    tools.row(row)
    return row
  } finally {
    await embedder.close()
  }
}

async function isServed(url: string): Promise<boolean> {
  const response = await fetch(url)
  return response.ok && !response.headers.get('content-type')?.includes('html')
}
