import { createChunker, ingest } from '@voisin/rag'
import type { Chunker } from '@voisin/spec'
import { expect, test } from 'vitest'
import { callsPerTurn } from '../support/calls-per-turn.ts'
import { openParts } from '../support/open-parts.ts'

/** Of turns in which there were any. */
const busyTurns = async (...work: Parameters<typeof callsPerTurn>) => (await callsPerTurn(...work)).filter((calls) => calls > 0)

test('documents are cut a few at a time, in many turns, and those that are unchanged are passed over so too', async () => {
  const parts = await openParts()
  const chunker = createChunker()
  const documents = Array.from({ length: 600 }, (_, i) => ({ id: `${i}`, text: `Number ${i}.` }))
  const turns = await busyTurns(async (called) => {
    const watched: Chunker = {
      fingerprint: chunker.fingerprint,
      chunk(document) {
        called()
        return chunker.chunk(document)
      },
    }
    for await (const _ of ingest(documents, { ...parts, chunker: watched }));
  })
  expect(turns.reduce((sum, calls) => sum + calls)).toBe(600)
  // A slice is six looks at the clock, and each document is looked at twice: before it is cut, and for its one chunk.
  expect(Math.max(...turns)).toBeLessThanOrEqual(6)
  const unchanged = await busyTurns(async (called) => {
    const watched = documents.map(({ id, text }) => ({
      id,
      text,
      get metadata() {
        called()
        return {}
      },
    }))
    for await (const _ of ingest(watched, parts));
  })
  // It is looked at when it is checked and when it is hashed, a few times each.
  expect(unchanged.length).toBeGreaterThan(100)
  expect(Math.max(...unchanged)).toBeLessThanOrEqual(24)
})
