import { modelSource } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import type { ModelSource } from '@voisin/spec'
import { textSet } from '../data/texts.ts'
import { type Contestant, interleave, once } from '../measure/interleave.ts'
import { loadModel } from '../measure/load-model.ts'
import { rounded } from '../measure/median.ts'
import type { Row, Suite, SuiteTools } from '../suite.ts'

const MINILM = 'Xenova/all-MiniLM-L6-v2'
const MINILM_URL = `/shared/models/${MINILM}/`
const WORDS = 12

/** A model and how many texts it gets at a time. */
interface Entry {
  readonly name: string
  readonly source: ModelSource
  readonly texts: number
}

/** Texts of twelve words per second: the built-in model, and MiniLM in 8 bits and in f32 where its files are served. */
export const suite: Suite = {
  columns: [
    'row',
    'model',
    'data',
    'texts',
    'tokens',
    'textsPerCpuSecond',
    'timesMinilmInt8',
    'textsPerSecond',
    'loadMs',
    'loadCpuMs',
    'modelBytes',
    'runtime',
    'rounds',
  ],
  run: async (options, tools) => {
    const { quick, rounds = quick ? 2 : 5 } = options
    const entries: Entry[] = [{ name: miniModel.name, source: miniModel, texts: options.n ?? 5_000 }]
    if (await isServed(`${MINILM_URL}config.json`)) {
      const minilm = (dtype: 'q8' | 'fp32') => modelSource(MINILM, MINILM_URL, { dtype })
      entries.push(
        { name: `${MINILM} int8`, source: minilm('q8'), texts: 32 },
        { name: `${MINILM} f32`, source: minilm('fp32'), texts: 32 },
      )
    } else tools.progress(`${MINILM} is not served here and left out.`)
    const loaded = []
    for (const entry of entries) loaded.push(await load(entry, tools))
    try {
      const timings = await interleave(
        loaded.map(({ contestant }) => contestant),
        rounds,
        quick ? 500 : 2_000,
        tools,
      )
      // A repetition is a whole batch.
      const rates = timings.map(({ cpuMicros }, i) => (entries[i]!.texts * 1e6) / cpuMicros)
      const int8 = rates[entries.findIndex(({ name }) => name.endsWith('int8'))]
      const rows = loaded.map(({ row }, i) => ({
        ...row,
        textsPerCpuSecond: Math.round(rates[i]!),
        ...(int8 !== undefined && { timesMinilmInt8: rounded(rates[i]! / int8) }),
        textsPerSecond: Math.round((entries[i]!.texts * 1e6) / timings[i]!.wallMicros),
        rounds,
        cpuSeconds: rounded(timings[i]!.cpuSeconds),
      }))
      for (const row of rows) tools.row(row)
      return rows
    } finally {
      for (const { close } of loaded) await close()
    }
  },
}

async function load(
  { name, source, texts: count }: Entry,
  tools: SuiteTools,
): Promise<{ readonly contestant: Contestant; readonly row: Row; readonly close: () => Promise<void> }> {
  tools.progress(`${name}: loading`)
  const { result: embedder, cpuMs, wallMs } = await once(tools, () => loadModel(source))
  const { name: data, texts } = await textSet(count, WORDS)
  const tokens = (await embedder.countTokens(texts)).reduce((sum, own) => sum + own, 0)
  const { threads, modelBytes, runtime } = await embedder.info()
  return {
    contestant: {
      name,
      repeat: async (times) => {
        for (let i = 0; i < times; i++) await embedder.embedDocuments(texts)
      },
    },
    row: {
      row: 'embed',
      engine: 'voisin',
      model: name,
      data,
      words: WORDS,
      texts: count,
      tokens,
      loadMs: rounded(wallMs),
      loadCpuMs: rounded(cpuMs),
      modelBytes,
      threads,
      runtime,
    },
    close: () => embedder.close(),
  }
}

async function isServed(url: string): Promise<boolean> {
  const response = await fetch(url)
  return response.ok && !response.headers.get('content-type')?.includes('html')
}
