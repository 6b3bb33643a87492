import { isVoisinError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { type FrameKind, seal, unseal } from './frame.ts'

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isVoisinError(error)) return error.code
    throw error
  }
  return 'no error'
}

test('a record of one kind is not read as another, and one of a newer version is refused as such', () => {
  const kinds: FrameKind[] = ['entry', 'block', 'manifest', 'collection']
  for (const written of kinds) {
    for (const read of kinds) {
      expect(codeOf(() => unseal(read, seal(written, Uint8Array.of(1, 2, 3))))).toBe(
        written === read ? 'no error' : 'corrupt-data',
      )
    }
  }
  for (const nothing of [undefined, null, 'text', new Uint8Array(0), new ArrayBuffer(20)]) {
    expect(codeOf(() => unseal('entry', nothing))).toBe('corrupt-data')
  }
})
