import { InvalidArgumentError, type StaticModelSource } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { fingerprintOf, modelSource, registeredModels } from './model-registry.ts'

const NAME = 'Xenova/all-MiniLM-L6-v2'

describe('the registry', () => {
  test('knows how long and how deep all-MiniLM-L6-v2 is, whatever its files say', () => {
    expect(registeredModels()).toContain(NAME)
    const source = modelSource(NAME, 'https://models.example/minilm')
    expect(source).toMatchObject({ dim: 384, maxTokens: 256, pooling: 'mean', queryPrefix: '', documentPrefix: '' })
    expect(source.files).toEqual({
      model: 'https://models.example/minilm/onnx/model.onnx',
      tokenizer: 'https://models.example/minilm/tokenizer.json',
    })
  })

  test('finds the 8-bit weights, under another fingerprint', () => {
    const full = modelSource(NAME, '/models/')
    const small = modelSource(NAME, '/models/', { dtype: 'q8' })
    expect(small.files.model).toBe('/models/onnx/model_quantized.onnx')
    expect(fingerprintOf(small)).not.toBe(fingerprintOf(full))
  })

  test('refuses a name it does not have', () => {
    expect(() => modelSource('constructor', '/models/')).toThrow(InvalidArgumentError)
  })
})

describe('a fingerprint', () => {
  const source = modelSource(NAME, '/models/')

  test.for([
    ['revision', { revision: '2' }],
    ['pooling', { pooling: 'cls' }],
    ['dim', { dim: 128 }],
    ['maxTokens', { maxTokens: 128 }],
    ['query prefix', { queryPrefix: 'q' }],
    ['document prefix', { documentPrefix: 'q' }],
  ] as const)('changes with the %s', ([, change]) => {
    expect(fingerprintOf({ ...source, ...change })).not.toBe(fingerprintOf(source))
  })

  test('of a static model changes with the revision, dim and maxTokens', () => {
    const table: StaticModelSource = {
      name: 'table',
      revision: '1',
      dim: 2,
      maxTokens: 8,
      queryPrefix: '',
      documentPrefix: '',
      format: 'static',
      files: { model: '/table.bin' },
    }
    expect(fingerprintOf(table)).toBe('table@1 static 2 8')
    for (const change of [{ revision: '2' }, { dim: 3 }, { maxTokens: 9 }, { queryPrefix: 'q' }]) {
      expect(fingerprintOf({ ...table, ...change })).not.toBe(fingerprintOf(table))
    }
  })

  test('does not change with the place of the files', () => {
    expect(fingerprintOf(modelSource(NAME, 'https://elsewhere.example/'))).toBe(fingerprintOf(source))
  })
})
