import { InvalidArgumentError, ModelLoadError, type OnnxModelSource, type Progress, type StaticModelSource } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { OnnxEngine, type OnnxSetup } from './onnx-engine.ts'
import { fakeRuntime, type Recorded } from './testing/fake-runtime.ts'

const source: OnnxModelSource = {
  name: 'fake',
  revision: '1',
  dim: 2,
  maxTokens: 6,
  pooling: 'last',
  queryPrefix: '?',
  documentPrefix: '',
  files: { model: 'data:application/octet-stream,model', tokenizer: 'data:application/json,{}' },
}

const quiet = { signal: new AbortController().signal, onProgress: () => {} }

async function loaded(change: Partial<OnnxSetup> = {}, onRun?: () => void): Promise<{ engine: OnnxEngine; recorded: Recorded }> {
  const recorded: Recorded = { batches: [], isClosed: false }
  const setup: OnnxSetup = { model: source, wasmFolder: undefined, reproducible: false, ...change }
  const engine = await OnnxEngine.load(setup, fakeRuntime(recorded, onRun), quiet)
  recorded.batches.length = 0
  return { engine, recorded }
}

/** Rows of a batch as lists of ids. */
const rowsOf = ({ batches }: Recorded) =>
  batches.map(({ ids, count, tokens }) =>
    Array.from({ length: count }, (_, row) => Array.from(ids.slice(row * tokens, (row + 1) * tokens), Number)),
  )

describe('an ONNX engine', () => {
  test('cuts a long text between the special tokens, and says so', async () => {
    const { engine, recorded } = await loaded()
    const { truncated } = await engine.embed(['abcdefgh', 'abcd'], 'document', quiet)
    expect(rowsOf(recorded)).toEqual([
      [
        [1, 97, 98, 99, 100, 2],
        [1, 97, 98, 99, 100, 2],
      ],
    ])
    expect(truncated).toEqual([0])
  })

  test('pads on the right, under a mask', async () => {
    const { engine, recorded } = await loaded()
    await engine.embed(['a', 'abc'], 'document', quiet)
    expect(rowsOf(recorded)).toEqual([
      [
        [1, 97, 98, 99, 2],
        [1, 97, 2, 0, 0],
      ],
    ])
    expect(Array.from(recorded.batches[0]!.mask, Number)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0])
  })

  test('puts the prefix of its kind before a text', async () => {
    const { engine, recorded } = await loaded()
    await engine.embed(['a'], 'query', quiet)
    expect(rowsOf(recorded)).toEqual([[[1, '?'.charCodeAt(0), 97, 2]]])
    expect(engine.countTokens(['a', ''])).toEqual([3, 2])
  })

  test('knows what is one token, and not the one for the unknown', async () => {
    const { engine, recorded } = await loaded()
    expect(engine.knows(['a', 'ab', '?', ''])).toEqual([true, false, false, false])
    expect(recorded.batches).toEqual([])
  })

  test('runs one text at a time when it must be reproducible', async () => {
    const { engine, recorded } = await loaded({ reproducible: true })
    await engine.embed(['a', 'b', 'c'], 'document', quiet)
    expect(recorded.batches.map(({ count }) => count)).toEqual([1, 1, 1])
  })

  test('keeps batches within their limits and restores the order', async () => {
    const { engine, recorded } = await loaded({ batch: { maxTokens: 12, maxTexts: 3 }, model: { ...source, pooling: 'mean' } })
    const texts = ['abcd', 'b', 'abc', 'c', 'd', 'ab', 'e']
    const { data } = await engine.embed(texts, 'document', quiet)
    for (const { count, tokens } of recorded.batches) expect(count * tokens).toBeLessThanOrEqual(12)
    texts.forEach((text, row) => {
      const codes = [1, ...Array.from(text, (character) => character.charCodeAt(0)), 2]
      const mean = codes.reduce((sum, code) => sum + code) / codes.length
      expect(data[row * 2]).toBeCloseTo(1 / Math.hypot(1, mean), 6)
      expect(data[row * 2 + 1]).toBeCloseTo(mean / Math.hypot(1, mean), 6)
    })
  })

  test('runs nothing more after an abort', async () => {
    const controller = new AbortController()
    let runs = 0
    const { engine } = await loaded({ batch: { maxTokens: 3, maxTexts: 1 } }, () => {
      runs++
    })
    runs = 0
    const seen: Progress[] = []
    const onProgress = (progress: Progress) => {
      seen.push(progress)
      if (progress.done === 2) controller.abort('enough')
    }
    const embedding = engine.embed(['a', 'b', 'c', 'd'], 'document', { signal: controller.signal, onProgress })
    await expect(embedding).rejects.toBe('enough')
    expect(runs).toBe(2)
    expect(seen.map(({ done, total }) => [done, total])).toEqual([
      [1, 4],
      [2, 4],
    ])
  })

  test('refuses at load a model of another dimension, and lets go of it', async () => {
    const recorded: Recorded = { batches: [], isClosed: false }
    const setup: OnnxSetup = { model: { ...source, dim: 3 }, wasmFolder: undefined, reproducible: false }
    await expect(OnnxEngine.load(setup, fakeRuntime(recorded), quiet)).rejects.toBeInstanceOf(ModelLoadError)
    expect(recorded.isClosed).toBe(true)
  })

  test('refuses a static model', async () => {
    const model: StaticModelSource = { ...source, format: 'static', sha256: { model: '' } }
    await expect(loaded({ model })).rejects.toBeInstanceOf(InvalidArgumentError)
  })

  test('refuses at load a model that does not run', async () => {
    const failing = loaded({}, () => {
      throw new RangeError('out of memory')
    })
    await expect(failing).rejects.toMatchObject({ code: 'model-load-failed', cause: { message: 'out of memory' } })
  })
})
