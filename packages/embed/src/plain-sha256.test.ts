import { ModelLoadError } from '@voisin/spec'
import { expect, onTestFinished, test, vi } from 'vitest'
import { checkDigest } from './fetch-files.ts'
import { sha256 } from './plain-sha256.ts'

test('digests are those of the browser, whatever the length', async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100_003]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) >>> 2).subarray(length > 64 ? 3 : 0)
    expect(sha256(bytes), `${length} bytes`).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  }
})

test('a file is checked on a page that is not served over HTTPS', async () => {
  vi.stubGlobal('crypto', {})
  onTestFinished(() => void vi.unstubAllGlobals())
  const bytes = new TextEncoder().encode('abc')
  await checkDigest('abc.bin', bytes, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  await expect(checkDigest('abc.bin', bytes, '0'.repeat(64))).rejects.toBeInstanceOf(ModelLoadError)
})
