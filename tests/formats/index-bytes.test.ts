import { HnswIndex } from '@voisin/index'
import { expect, test } from 'vitest'
import { answersOf } from './answers-recorded.ts'
import { GOLDENS, type Recorded } from './golden-indexes.ts'

const binaries = import.meta.glob<string>('./golden/index-v1/*.bin', { query: '?url', import: 'default', eager: true })
const records = import.meta.glob<Recorded>('./golden/index-v1/*.json', { import: 'default', eager: true })

test.each(GOLDENS)('the $name index of format version 1 is read, and answers as when it was written', async (golden) => {
  const response = await fetch(binaries[`./golden/index-v1/${golden.name}.bin`]!)
  const index = await HnswIndex.from(new Uint8Array(await response.arrayBuffer()))
  expect(answersOf(index, golden)).toEqual(records[`./golden/index-v1/${golden.name}.json`])
  index.close()
})
