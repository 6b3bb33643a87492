import { ModelLoadError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { importPackage } from './import-package.ts'

test('a package that is not there is named, with what installs it', async () => {
  const cause = new TypeError('Failed to resolve module specifier')
  const error = await importPackage('@voisin/onnx-wasm', () => Promise.reject(cause)).catch((refusal: unknown) => refusal)
  expect(error).toBeInstanceOf(ModelLoadError)
  expect(error).toMatchObject({ cause, retryable: true, message: expect.stringContaining('npm install @voisin/onnx-wasm') })
})
