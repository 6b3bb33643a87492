import { describe } from 'vitest'
import { testCalls } from './calls.ts'
import type { Implementation } from './notes.ts'
import { testReading } from './reading.ts'
import { testResultLists } from './result-lists.ts'
import { testWriting } from './writing.ts'

/** What every collection does, wherever it works and whatever happened to it between a write and a read. */
export function describeCollection(name: string, implementation: Implementation): void {
  describe(`a collection ${name}`, () => {
    testReading(implementation)
    testResultLists(implementation)
    testWriting(implementation)
    testCalls(implementation)
  })
}
