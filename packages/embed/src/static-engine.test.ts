import {
  EmptyTextError,
  InvalidArgumentError,
  ModelLoadError,
  type OnnxModelSource,
  type Progress,
  type StaticModelSource,
} from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { StaticEngine, type WordTable } from './static-engine.ts'

const source: StaticModelSource = {
  name: 'fake',
  revision: '1',
  dim: 2,
  maxTokens: 4,
  queryPrefix: '',
  documentPrefix: '',
  format: 'static',
  files: { model: 'data:application/octet-stream,model' },
}

const quiet = { signal: new AbortController().signal, onProgress: () => {} }

/** Two dimensions; the vector of a text is [1, 0], or [0, 1] when its first word is `other`. `unknown` has none. */
function fakeTable(onText: (text: string) => void = () => {}): WordTable {
  const words = (text: string) =>
    Array.from(text.matchAll(/\S+/g), ([word], id) => ({ id, text: word, start: 0, end: word.length }))
  return {
    dim: 2,
    words,
    countWords: (text) => words(text).length,
    knows: (text) => text !== 'unknown',
    embedInto: (text, maxWords, target, offset) => {
      onText(text)
      const known = words(text).filter((word) => word.text !== 'unknown')
      if (known.length === 0) return 'empty'
      target[offset + (known[0]!.text === 'other' ? 1 : 0)] = 1
      return known.length > maxWords ? 'cut' : 'whole'
    },
  }
}

const loaded = (change: Partial<StaticModelSource> = {}, onText?: (text: string) => void): Promise<StaticEngine> =>
  StaticEngine.load({ model: { ...source, ...change }, wasmFolder: undefined, reproducible: false }, quiet, () =>
    fakeTable(onText),
  )

describe('a static engine', () => {
  test('says what it is', async () => {
    expect((await loaded()).info).toEqual({
      model: 'fake',
      revision: '1',
      fingerprint: 'fake@1 static 2 4',
      dim: 2,
      maxTokens: 4,
      runtime: 'static',
      device: 'cpu',
      threads: 1,
      reproducible: true,
      modelBytes: 5,
    })
  })

  test('gives a row for each text, in order, and names those it cut', async () => {
    const batch = await (await loaded()).embed(['a', 'other', 'a b c d e', 'a b c d'], 'document', quiet)
    expect(batch).toEqual({
      data: Float32Array.of(1, 0, 0, 1, 1, 0, 1, 0),
      count: 4,
      dim: 2,
      fingerprint: 'fake@1 static 2 4',
      truncated: [2],
    })
    expect(await (await loaded()).embed([], 'document', quiet)).toMatchObject({ count: 0, data: new Float32Array() })
  })

  test('puts the prefix of its kind before a text, and counts it', async () => {
    const seen: string[] = []
    const engine = await loaded({ queryPrefix: 'query: ', documentPrefix: 'to read: ' }, (text) => seen.push(text))
    await engine.embed(['a'], 'query', quiet)
    await engine.embed(['b'], 'document', quiet)
    expect(seen).toEqual(['query: a', 'to read: b'])
    expect(engine.countTokens(['a b', ''])).toEqual([4, 2])
    expect(engine.tokens('a b').map(({ text }) => text)).toEqual(['a', 'b'])
  })

  test('says which words it knows, whatever its prefixes are', async () => {
    const engine = await loaded({ queryPrefix: 'unknown ', documentPrefix: 'unknown ' })
    expect(engine.knows(['a', 'unknown', 'other'])).toEqual([true, false, true])
    expect(engine.knows([])).toEqual([])
  })

  test('names the position of a text without a word that it knows', async () => {
    const error = await (await loaded()).embed(['a', 'unknown'], 'document', quiet).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(EmptyTextError)
    expect((error as Error).message).toContain('position 1')
    await expect((await loaded()).embed([' '], 'query', quiet)).rejects.toBeInstanceOf(EmptyTextError)
  })

  test('lets a query in after at most 512 texts', async () => {
    const seen: string[] = []
    const engine = await loaded({}, (text) => seen.push(text))
    const long = engine.embed(Array(2000).fill('a'), 'document', quiet)
    await engine.embed(['other'], 'query', quiet)
    await long
    expect(seen.indexOf('other')).toBeGreaterThan(0)
    expect(seen.indexOf('other')).toBeLessThanOrEqual(512)
    expect(seen).toHaveLength(2001)
  })

  test('lets others in after each text that takes long', async () => {
    const engine = await loaded({}, () => {
      for (const started = performance.now(); performance.now() - started < 8; );
    })
    const seen: Progress[] = []
    await engine.embed(['a', 'b', 'c'], 'document', { ...quiet, onProgress: (progress) => seen.push(progress) })
    expect(seen.map(({ done, total, unit }) => [done, total, unit])).toEqual([
      [1, 3, 'texts'],
      [2, 3, 'texts'],
      [3, 3, 'texts'],
    ])
    expect(seen.at(-1)).toMatchObject({ phase: 'embed', msLeft: 0 })
  })

  test('reads nothing more after an abort', async () => {
    const controller = new AbortController()
    let read = 0
    let reported = 0
    const engine = await loaded({}, () => {
      read++
    })
    const onProgress = ({ done }: Progress) => {
      reported = done
      controller.abort('enough')
    }
    const embedding = engine.embed(Array(2000).fill('a'), 'document', { signal: controller.signal, onProgress })
    await expect(embedding).rejects.toBe('enough')
    expect(read).toBe(reported)
    expect(read).toBeLessThan(2000)
  })

  test('reports the bytes of its file while it loads', async () => {
    const seen: Progress[] = []
    const setup = { model: source, wasmFolder: undefined, reproducible: false }
    const call = { ...quiet, onProgress: (progress: Progress) => seen.push(progress) }
    await StaticEngine.load(setup, call, () => fakeTable())
    expect(seen.at(-1)).toMatchObject({ phase: 'download', done: 5, unit: 'bytes' })
  })

  test('refuses at load another dimension, another digest, and a file that is none', async () => {
    await expect(loaded({ dim: 3 })).rejects.toBeInstanceOf(ModelLoadError)
    await expect(loaded({ sha256: { model: '0'.repeat(64) } })).rejects.toBeInstanceOf(ModelLoadError)
    const setup = { model: source, wasmFolder: undefined, reproducible: false }
    await expect(StaticEngine.load(setup, quiet)).rejects.toBeInstanceOf(ModelLoadError)
    // Both are wrong here: the digest says why the file is none.
    const other = { ...setup, model: { ...source, sha256: { model: '0'.repeat(64) } } }
    await expect(StaticEngine.load(other, quiet)).rejects.toMatchObject({ expected: expect.stringContaining('SHA-256') })
  })

  test('refuses an ONNX model', async () => {
    const files = { model: '/no/such.onnx', tokenizer: '/no/such.json' }
    const model: OnnxModelSource = { ...source, format: 'onnx', pooling: 'mean', files, sha256: { model: '', tokenizer: '' } }
    const setup = { model, wasmFolder: undefined, reproducible: false }
    await expect(StaticEngine.load(setup, quiet)).rejects.toBeInstanceOf(InvalidArgumentError)
  })
})
