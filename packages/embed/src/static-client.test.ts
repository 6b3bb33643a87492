import {
  ClosedError,
  EmptyTextError,
  InvalidArgumentError,
  ModelLoadError,
  type Progress,
  type StaticModelSource,
} from '@voisin/spec'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { writeModel } from '../../mini/src/testing/write-model.ts'
import { createEmbedder, type EmbedderOptions, type TextEmbedder } from './index.ts'

const file = writeModel({
  words: ['cat', 'kitten', 'number', 'text', 'word'],
  pieces: [
    ['c', 9],
    ['ca', 4],
    ['t', 9],
  ],
})

const open: TextEmbedder[] = []

/** A model of five words, from a file that is made here. */
function small(change: Partial<StaticModelSource> = {}, bytes: Uint8Array = file): StaticModelSource {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)]))
  onTestFinished(() => URL.revokeObjectURL(url))
  return {
    name: 'small',
    revision: '1',
    dim: 12,
    maxTokens: 40,
    queryPrefix: '',
    documentPrefix: '',
    format: 'static',
    files: { model: url },
    ...change,
  }
}

async function opened(options: Partial<EmbedderOptions> = {}): Promise<TextEmbedder> {
  const embedder = await createEmbedder({ model: small(), ...options })
  open.push(embedder)
  return embedder
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `text number ${i} ${'word '.repeat(i % 37)}`)

afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.close()
})

describe.for([
  ['in a worker', true],
  ['on this thread', false],
] as const)('a static model %s', ([, worker]) => {
  test('gives a unit vector for each text, the same to the bit alone and among others', async () => {
    const embedder = await opened({ worker })
    const texts = many(700)
    const { data, count, dim, truncated } = await embedder.embedDocuments(texts)
    expect([count, dim, data.length, truncated]).toEqual([700, 12, 8400, []])
    for (const position of [0, 1, 36, 511, 512, 699]) {
      const row = data.slice(position * dim, (position + 1) * dim)
      expect(Math.hypot(...row)).toBeCloseTo(1, 5)
      expect(await embedder.embedQuery(texts[position]!)).toEqual(row)
    }
    expect(await embedder.info()).toMatchObject({
      model: 'small',
      fingerprint: embedder.fingerprint,
      runtime: 'static',
      device: 'cpu',
      inWorker: worker,
      modelBytes: file.length,
    })
  })

  test('says which texts were cut off, and counts their words', async () => {
    const embedder = await opened({ worker, model: small({ maxTokens: 3 }) })
    expect((await embedder.embedDocuments(['cat cat cat', 'cat cat cat cat', 'word'])).truncated).toEqual([1])
    expect(await embedder.countTokens(['cat cat cat', 'cat cat cat cat'])).toEqual([3, 4])
  })

  test('shows the words of a text with their places in it', async () => {
    const tokens = await (await opened({ worker })).tokens('A naïve Cat!')
    expect(tokens.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['a', 0, 1],
      ['naive', 2, 7],
      ['cat', 8, 11],
    ])
    expect(tokens.map(({ id }) => id)).toEqual([5, 5, 0])
  })

  test('says which words it has in its list', async () => {
    const embedder = await opened({ worker })
    const words = ['cat', 'Kitten', 'cät', 'cats', 'cat-text', 'cat-cats', '', '!', '漢']
    expect(await embedder.knows(words)).toEqual([true, true, true, false, true, false, false, false, false])
    expect(await embedder.knows([])).toEqual([])
    await expect(embedder.knows('cat' as never)).rejects.toBeInstanceOf(InvalidArgumentError)
    await embedder.close()
    await expect(embedder.knows(['late'])).rejects.toBeInstanceOf(ClosedError)
  })

  test('refuses an empty text by its position', async () => {
    const embedding = (await opened({ worker })).embedDocuments(['cat', ' '])
    await expect(embedding).rejects.toThrow(EmptyTextError)
    await expect(embedding).rejects.toThrow('position 1')
  })

  test('stops in the middle when it is told to, and goes on serving', async () => {
    const embedder = await opened({ worker })
    const controller = new AbortController()
    let last = 0
    const onProgress = ({ done }: Progress) => {
      last = done
      controller.abort('enough')
    }
    const embedding = embedder.embedDocuments(many(50_000), { signal: controller.signal, onProgress })
    await expect(embedding).rejects.toBe('enough')
    expect(last).toBeLessThan(50_000)
    expect(await embedder.embedQuery('still here')).toHaveLength(12)
  })

  test('rejects what is pending when it is closed', async () => {
    const embedder = await opened({ worker })
    const progressed = Promise.withResolvers<void>()
    const pending = embedder.embedDocuments(many(50_000), { onProgress: () => progressed.resolve() })
    pending.catch(() => {})
    await progressed.promise
    await embedder.close()
    await expect(pending).rejects.toBeInstanceOf(ClosedError)
  })

  test('reports the bytes of its one file while it loads', async () => {
    const seen: Progress[] = []
    await opened({ worker, onProgress: (progress) => seen.push(progress) })
    expect(seen.at(-1)).toMatchObject({ phase: 'download', done: file.length, unit: 'bytes' })
  })

  test('is a ModelLoadError when the file is damaged, another, or not there', async () => {
    const damaged = Uint8Array.from(file)
    damaged[damaged.length - 1]! ^= 1
    for (const model of [
      small({}, damaged),
      small({}, file.subarray(0, 40)),
      small({}, new TextEncoder().encode('<!doctype html>')),
      small({ sha256: { model: '0'.repeat(64) } }),
      small({ dim: 24 }),
      small({ files: { model: '/no/such/folder/model.bin' } }),
    ]) {
      await expect(createEmbedder({ model, worker })).rejects.toBeInstanceOf(ModelLoadError)
    }
  })
})

test('a model is taken from elsewhere where its file is not there or is another, and from bytes', async () => {
  const text = new TextEncoder().encode('<!doctype html>')
  const { files, ...facts } = small()
  for (const model of ['/no/such/folder/model.bin', small({}, text).files.model]) {
    const source = { ...facts, files: { model, elsewhere: ['/nor/here.bin', files.model as URL] } }
    expect(await (await opened({ model: source, worker: false })).embedQuery('cat')).toHaveLength(12)
  }
  const bytes = Uint8Array.from(file)
  const embedder = await opened({ model: { ...facts, files: { model: bytes } }, worker: true })
  expect(await embedder.embedQuery('cat')).toHaveLength(12)
  expect(bytes).toEqual(file)
})

test('a model that is found nowhere says where its file has to be', async () => {
  const page = small({}, new TextEncoder().encode('<!doctype html>')).files.model
  const files = { model: page, elsewhere: ['/no/such/small.bin'] }
  const opening = createEmbedder({ model: small({ files, sha256: { model: '0'.repeat(64) } }) })
  const error = await opening.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ModelLoadError)
  expect(error).toMatchObject({
    expected: expect.stringContaining('/no/such/small.bin'),
    remedy: expect.stringMatching(/copy small\.bin .* beside the page.*`model`/),
    cause: { received: expect.stringContaining('HTML') },
  })
})

test('a model whose place cannot be told here is refused with a way round', async () => {
  const opening = createEmbedder({ model: small({ files: { model: 'http://' } }) })
  await expect(opening).rejects.toMatchObject({
    code: 'model-load-failed',
    received: 'http://',
    remedy: expect.stringContaining('bytes'),
  })
})

test('a static model whose worker died is loaded again, and asked again', async () => {
  const workers: Worker[] = []
  const worker = () => {
    workers.push(new Worker(new URL('./voisin-embed-worker.ts', import.meta.url), { type: 'module' }))
    return workers.at(-1)!
  }
  const embedder = await opened({ worker })
  const before = await embedder.embedQuery('cat')
  const progressed = Promise.withResolvers<void>()
  const embedding = embedder.embedDocuments(many(50_000), { onProgress: () => progressed.resolve() })
  await progressed.promise
  workers[0]!.terminate()
  expect((await embedding).count).toBe(50_000)
  expect(workers).toHaveLength(2)
  expect(await embedder.embedQuery('cat')).toEqual(before)
})
