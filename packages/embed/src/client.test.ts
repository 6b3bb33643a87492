import {
  ClosedError,
  EmptyTextError,
  InferenceError,
  InvalidArgumentError,
  ModelLoadError,
  type OnnxModelSource,
  type Progress,
  type StaticModelSource,
  WorkerError,
} from '@voisin/spec'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { miniModel } from '../../mini/src/index.ts'
import { createEmbedder, type EmbedderOptions, modelSource, type TextEmbedder } from './index.ts'
import { xenova } from './xenova.ts'

const FOLDER = '/shared/models/minishlab/potion-base-4M-int8/'
const facts = {
  name: 'minishlab/potion-base-4M-int8',
  revision: '1',
  dim: 128,
  maxTokens: 512,
  queryPrefix: '',
  documentPrefix: '',
}
const potion: OnnxModelSource = {
  ...facts,
  pooling: 'mean',
  files: { model: `${FOLDER}onnx/model.onnx`, tokenizer: `${FOLDER}tokenizer.json` },
  sha256: {
    model: 'dfc5ee7ecd13a0cf4c2e2a5be66f0f7cb0b0bad0d0c88df0ed2c296ed5816344',
    tokenizer: 'c7c92498b4b58e0dd83d9050d3a4e5a3f1e2d67433a92e6d46a19d305149b3de',
  },
}

const open: TextEmbedder[] = []

async function opened(options: Partial<EmbedderOptions> = {}): Promise<TextEmbedder> {
  const embedder = await createEmbedder({ model: potion, runtime: xenova, ...options })
  open.push(embedder)
  return embedder
}

const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
const row = ({ data, dim }: { data: Float32Array; dim: number }, index: number) => data.slice(index * dim, (index + 1) * dim)
const many = (count: number) => Array.from({ length: count }, (_, i) => `text number ${i} ${'word '.repeat(i % 37)}`)

afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.close()
})

describe.skipIf(!inject('sharedIsPresent'))('an embedder', () => {
  describe.for([
    ['in a worker', true],
    ['on this thread', false],
  ] as const)('%s', ([, worker]) => {
    test('gives unit vectors that are near where the meaning is', async () => {
      const embedder = await opened({ worker })
      const batch = await embedder.embedDocuments(['the kitten sleeps', 'stock prices fell today'])
      expect(batch).toMatchObject({ count: 2, dim: 128, fingerprint: embedder.fingerprint, truncated: [] })
      expect(batch.data).toHaveLength(2 * 128)
      const query = await embedder.embedQuery('a cat')
      expect(cosine(query, query)).toBeCloseTo(1, 5)
      expect(cosine(query, row(batch, 0))).toBeGreaterThan(cosine(query, row(batch, 1)) + 0.2)
      expect((await embedder.info()).inWorker).toBe(worker)
    })

    test('keeps the order of the texts whatever their lengths', async () => {
      const embedder = await opened({ worker })
      const texts = many(700)
      const batch = await embedder.embedDocuments(texts)
      for (const position of [0, 1, 36, 37, 511, 512, 699]) {
        const alone = await embedder.embedDocuments([texts[position]!])
        for (let i = 0; i < 128; i++) expect(batch.data[position * 128 + i]).toBeCloseTo(alone.data[i]!, 5)
      }
    })

    test('reports progress in texts, up to the last', async () => {
      const seen: Progress[] = []
      const texts = many(300)
      await (await opened({ worker })).embedDocuments(texts, { onProgress: (progress) => seen.push(progress) })
      expect(seen.length).toBeGreaterThan(2)
      expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b))
      expect(seen.at(-1)).toMatchObject({ phase: 'embed', done: 300, total: 300, unit: 'texts', msLeft: 0 })
    })

    test('stops in the middle when it is told to, and goes on serving', async () => {
      const embedder = await opened({ worker })
      const controller = new AbortController()
      let last = 0
      const embedding = embedder.embedDocuments(many(20_000), {
        signal: controller.signal,
        onProgress: ({ done }) => {
          last = done
          controller.abort('enough')
        },
      })
      await expect(embedding).rejects.toBe('enough')
      expect(last).toBeLessThan(20_000)
      expect(await embedder.embedQuery('still here')).toHaveLength(128)
    })

    test('rejects what is pending when it is closed, and what comes after', async () => {
      const embedder = await opened({ worker })
      const progressed = Promise.withResolvers<void>()
      const pending = embedder.embedDocuments(many(20_000), { onProgress: () => progressed.resolve() })
      pending.catch(() => {})
      await progressed.promise
      await embedder.close()
      await embedder.close()
      await expect(pending).rejects.toBeInstanceOf(ClosedError)
      await expect(embedder.embedQuery('late')).rejects.toBeInstanceOf(ClosedError)
      await expect(embedder.embedDocuments(['late'])).rejects.toBeInstanceOf(ClosedError)
      await expect(embedder.countTokens(['late'])).rejects.toBeInstanceOf(ClosedError)
      await expect(embedder.knows(['late'])).rejects.toBeInstanceOf(ClosedError)
      await expect(embedder.tokens('late')).rejects.toBeInstanceOf(ClosedError)
      await expect(embedder.info()).rejects.toBeInstanceOf(ClosedError)
    })
  })

  test('answers a query between two batches of a long embedding', async () => {
    const embedder = await opened()
    let isDone = false
    const long = embedder.embedDocuments(many(5000)).then(() => {
      isDone = true
    })
    await embedder.embedQuery('quick')
    expect(isDone).toBe(false)
    await long
  })

  test('names the position of a text that has nothing to embed, and embeds none', async () => {
    const embedder = await opened()
    const seen: Progress[] = []
    for (const empty of ['', '  \n\t', '\u200b\u200d\ufeff', '\u00a0\u2003', '\u0000\u0007', '\u00ad']) {
      const embedding = embedder.embedDocuments(['good', empty], { onProgress: (progress) => seen.push(progress) })
      const error = await embedding.catch((error: unknown) => error)
      expect(error).toBeInstanceOf(EmptyTextError)
      expect((error as Error).message).toContain('position 1')
    }
    expect(seen).toEqual([])
    await expect(embedder.embedQuery(' ')).rejects.toBeInstanceOf(EmptyTextError)
    // Visible, and yet nothing that a BERT tokenizer keeps.
    await expect(embedder.embedDocuments(['good', '\ufffd'])).rejects.toBeInstanceOf(EmptyTextError)
  })

  test('refuses what is no list of texts', async () => {
    const embedder = await opened()
    await expect(embedder.embedDocuments('text' as never)).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(embedder.embedDocuments([7] as never)).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(embedder.countTokens([null] as never)).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(embedder.tokens(undefined as never)).rejects.toBeInstanceOf(InvalidArgumentError)
  })

  test('gives an empty batch for no texts', async () => {
    expect(await (await opened()).embedDocuments([])).toMatchObject({ count: 0, dim: 128, data: new Float32Array() })
  })

  test('says which texts were cut off', async () => {
    const embedder = await opened({ model: { ...potion, maxTokens: 8 } })
    const batch = await embedder.embedDocuments([
      'one two three four five six',
      'one two three four five six seven',
      'a',
      'b '.repeat(9),
    ])
    expect(batch.truncated).toEqual([1, 3])
    expect(await embedder.countTokens(['one two three four five six', 'one two three four five six seven'])).toEqual([8, 9])
  })

  test('says which words are one token of its own', async () => {
    const embedder = await opened()
    const words = ['cat', 'Cat', 'naïve', 'embedding', 'kubectl', '', '😀']
    expect(await embedder.knows(words)).toEqual([true, true, true, false, false, false, false])
    await expect(embedder.knows([7] as never)).rejects.toBeInstanceOf(InvalidArgumentError)
  })

  test('puts the prefixes before documents and queries', async () => {
    const plain = await opened()
    const prefixed = await opened({ model: { ...potion, queryPrefix: 'query: ', documentPrefix: 'passage: ' } })
    expect(await prefixed.embedQuery('cat')).toEqual(await plain.embedQuery('query: cat'))
    expect((await prefixed.embedDocuments(['cat'])).data).toEqual((await plain.embedDocuments(['passage: cat'])).data)
    expect(prefixed.fingerprint).not.toBe(plain.fingerprint)
  })

  test('shows the tokens of a text with their places in it', async () => {
    const text = 'A naïve 漢 embedding😀!'
    const tokens = await (await opened()).tokens(text)
    expect(tokens.map(({ start, end }) => text.slice(start, end)).join('|')).toMatch(/^A\|naïve\|漢\|/)
    for (const token of tokens) {
      const written = text.slice(token.start, token.end).toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')
      if (token.text !== '[UNK]') expect(written).toBe(token.text.replace(/^##/, ''))
    }
    expect(tokens.at(-1)).toMatchObject({ text: '!', start: text.length - 1, end: text.length })
  })

  test('replaces a worker that died, and asks again', async () => {
    const workers: Worker[] = []
    const worker = () => {
      workers.push(new Worker(new URL('./voisin-xenova-worker.ts', import.meta.url), { type: 'module' }))
      return workers.at(-1)!
    }
    const embedder = await opened({ worker })
    const before = await embedder.embedQuery('the same')
    const progressed = Promise.withResolvers<void>()
    const texts = many(3000)
    const embedding = embedder.embedDocuments(texts, { onProgress: () => progressed.resolve() })
    await progressed.promise
    workers[0]!.terminate()
    expect((await embedding).count).toBe(3000)
    expect(workers).toHaveLength(2)
    expect(await embedder.embedQuery('the same')).toEqual(before)
  })

  test('gives up when the second worker dies too', async () => {
    const workers: Worker[] = []
    const worker = () => {
      workers.push(new Worker(new URL('./voisin-xenova-worker.ts', import.meta.url), { type: 'module' }))
      return workers.at(-1)!
    }
    const embedder = await opened({ worker })
    const embedding = embedder.embedDocuments(many(20_000), { onProgress: () => workers.at(-1)!.terminate() })
    await expect(embedding).rejects.toBeInstanceOf(WorkerError)
    expect(workers).toHaveLength(2)
  })

  describe('while it loads', () => {
    test('reports bytes up to the sum of the files', async () => {
      const seen: Progress[] = []
      const embedder = await opened({ onProgress: (progress) => seen.push(progress) })
      const total = 3_780_368 + 505_522
      expect(seen.at(-1)).toEqual({ phase: 'download', done: total, total, unit: 'bytes' })
      expect(new Set(seen.map((progress) => progress.total))).toEqual(new Set([total]))
      expect((await embedder.info()).modelBytes).toBe(total)
    })

    test('stops when it is told to', async () => {
      await expect(createEmbedder({ model: potion, runtime: xenova, signal: AbortSignal.abort('no') })).rejects.toBe('no')
      const controller = new AbortController()
      const creating = createEmbedder({
        model: potion,
        runtime: xenova,
        signal: controller.signal,
        onProgress: () => controller.abort('enough'),
      })
      await expect(creating).rejects.toBe('enough')
    })

    test.for([
      ['a missing file', { files: { ...potion.files, model: '/shared/no/such/model.onnx' } }],
      ['a host that is not there', { files: { ...potion.files, model: 'http://localhost:1/model.onnx' } }],
      ['a wrong digest', { sha256: { ...potion.sha256!, model: '0'.repeat(64) } }],
      ['a tokenizer that is not JSON', { files: { ...potion.files, tokenizer: potion.files.model }, sha256: undefined }],
      ['a tokenizer that is none', { files: { ...potion.files, tokenizer: `${FOLDER}config.json` }, sha256: undefined }],
      ['a model that is none', { files: { ...potion.files, model: potion.files.tokenizer }, sha256: undefined }],
      ['another dimension', { dim: 64 }],
    ])('rejects with a ModelLoadError for %s', async ([, change]) => {
      const error = await createEmbedder({ model: { ...potion, ...(change as object) }, runtime: xenova }).catch(
        (error: unknown) => error,
      )
      expect(error).toBeInstanceOf(ModelLoadError)
      expect((error as ModelLoadError).dataState).toBe('intact')
    })

    test('rejects with a WorkerError when there is no worker', async () => {
      const worker = () => new Worker('/no/such/worker.js', { type: 'module' })
      await expect(createEmbedder({ model: potion, runtime: xenova, worker })).rejects.toBeInstanceOf(WorkerError)
    })

    test('rejects when the wasm file is not where it was said to be', async () => {
      await expect(createEmbedder({ model: potion, runtime: xenova, wasmPaths: '/shared/none' })).rejects.toBeInstanceOf(
        ModelLoadError,
      )
    })
  })
})

describe('a runtime', () => {
  const table: StaticModelSource = { ...facts, format: 'static', files: { model: '/no/such/file.bin' } }

  test('is what an ONNX model needs, and the error says how to get it', async () => {
    for (const options of [
      { model: potion },
      { model: 'Xenova/all-MiniLM-L6-v2' },
      { model: potion, runtime: 'xenova' as never },
    ]) {
      const error = await createEmbedder(options).catch((error: unknown) => error)
      expect(error).toBeInstanceOf(InvalidArgumentError)
      expect((error as Error).message).toContain("import { xenova } from '@voisin/embed/xenova'")
    }
  })

  test('is what a static model does not take', async () => {
    await expect(createEmbedder({ model: table, runtime: xenova })).rejects.toBeInstanceOf(InvalidArgumentError)
  })

  test("runs in its own worker: the other's refuses its models", async () => {
    const plain = () => new Worker(new URL('./voisin-embed-worker.ts', import.meta.url), { type: 'module' })
    const other = () => new Worker(new URL('./voisin-xenova-worker.ts', import.meta.url), { type: 'module' })
    await expect(createEmbedder({ model: potion, runtime: xenova, worker: plain })).rejects.toBeInstanceOf(InvalidArgumentError)
    await expect(createEmbedder({ model: miniModel, worker: other })).rejects.toBeInstanceOf(InvalidArgumentError)
  })
})

test('a name that is not registered is refused', async () => {
  await expect(createEmbedder({ model: 'no/such-model', runtime: xenova })).rejects.toBeInstanceOf(InvalidArgumentError)
})

describe('a runtime that fails', () => {
  const model: OnnxModelSource = { ...potion, dim: 2 }
  const started = (names: string[]) => {
    const left = [...names]
    return () =>
      new Worker(new URL('./testing/failing-runtime-worker.ts', import.meta.url), {
        type: 'module',
        name: left.shift() ?? 'none',
      })
  }

  test('is replaced once, and asked again', async () => {
    const embedder = await opened({ model, worker: started(['fails', 'works']) })
    expect(await embedder.embedQuery('text')).toHaveLength(2)
  })

  test('twice is told to the caller', async () => {
    const embedder = await opened({ model, worker: started(['fails', 'fails', 'works']) })
    await expect(embedder.embedQuery('text')).rejects.toBeInstanceOf(InferenceError)
    expect(await embedder.embedQuery('text')).toHaveLength(2)
  })
})

interface References {
  readonly items: readonly { readonly text: string; readonly ids: readonly number[]; readonly vector: readonly number[] }[]
}

describe.skipIf(!inject('sharedIsPresent'))('all-MiniLM-L6-v2', () => {
  const name = 'Xenova/all-MiniLM-L6-v2'
  let embedder: TextEmbedder
  let items: References['items']

  beforeAll(async () => {
    embedder = await createEmbedder({ model: name, runtime: xenova, modelsUrl: '/shared/models/' })
    items = ((await (await fetch(`/shared/models/${name}/references.json`)).json()) as References).items
  })
  afterAll(() => embedder?.close())

  test('is described by the registry', async () => {
    expect(await embedder.info()).toMatchObject({
      model: name,
      dim: 384,
      maxTokens: 256,
      runtime: 'xenova',
      device: 'wasm',
      threads: 1,
      reproducible: false,
      fingerprint: embedder.fingerprint,
    })
  })

  test('cuts texts into the very tokens of the reference', async () => {
    for (const { text, ids } of items) {
      const own = (await embedder.tokens(text)).map(({ id }) => id)
      expect([101, ...own.slice(0, 254), 102]).toEqual(ids)
    }
  })

  test('reproduces the vectors of the reference, the over-long text included', async () => {
    const batch = await embedder.embedDocuments(items.map(({ text }) => text))
    expect(batch.truncated).toEqual([items.length - 1])
    let worst = 0
    items.forEach(({ vector }, index) => {
      const own = row(batch, index)
      vector.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(value - own[i]!))
      })
    })
    expect(worst).toBeLessThan(1e-3)
    console.info(`largest difference of a component from the reference: ${worst.toExponential(2)}`)
  })

  test('gives a text the same vector alone and among others', async () => {
    const texts = items.slice(0, 6).map(({ text }) => text)
    const batch = await embedder.embedDocuments([...texts, 'a much longer text '.repeat(20)])
    for (const [index, text] of texts.entries()) {
      const alone = await embedder.embedQuery(text)
      for (let i = 0; i < 384; i++) expect(Math.abs(alone[i]! - batch.data[index * 384 + i]!)).toBeLessThan(1e-5)
    }
  })

  test('is the same, to the bit, alone and among others when asked to be, even with 8-bit activations', async () => {
    const model = modelSource(name, `/shared/models/${name}`, { dtype: 'q8' })
    const exact = await createEmbedder({ model, runtime: xenova, reproducible: true })
    try {
      const texts = items.slice(0, 4).map(({ text }) => text)
      const batch = await exact.embedDocuments([...texts, 'a much longer text '.repeat(20)])
      for (const [index, text] of texts.entries()) expect(await exact.embedQuery(text)).toEqual(row(batch, index))
      expect(exact.fingerprint).not.toBe(embedder.fingerprint)
    } finally {
      await exact.close()
    }
  })
})
