import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { HnswIndex } from '@voisin/index'
import { expect, test } from 'vitest'
import { answersOf } from './answers-recorded.ts'
import { GOLDENS, type Golden, vectorsOf } from './golden-indexes.ts'

// `VOISIN_WRITE_GOLDEN=1 npx vitest run --project node tests/formats` writes the files, for a format version that has none yet; then
// `npx biome format --write tests/formats`. A new version gets a folder of its own: what an old one wrote is never written again.

const FOLDER = fileURLToPath(new URL('./golden/index-v1', import.meta.url))
const isWriting = process.env.VOISIN_WRITE_GOLDEN === '1'

async function write(golden: Golden): Promise<void> {
  const index = await HnswIndex.create(golden.options)
  index.addMany(vectorsOf(golden))
  for (let offset = 0; offset < golden.count; offset += golden.deletedEvery) index.delete(offset)
  const bytes = index.toBytes()
  await mkdir(FOLDER, { recursive: true })
  await writeFile(`${FOLDER}/${golden.name}.bin`, bytes)
  await writeFile(`${FOLDER}/${golden.name}.json`, JSON.stringify(answersOf(await HnswIndex.from(bytes), golden), undefined, 2))
}

test.each(GOLDENS)('the $name index of format version 1 is read in Node, and answers as when it was written', async (golden) => {
  if (isWriting) await write(golden)
  const index = await HnswIndex.from(await readFile(`${FOLDER}/${golden.name}.bin`))
  const recorded = JSON.parse(await readFile(`${FOLDER}/${golden.name}.json`, 'utf8'))
  expect(answersOf(index, golden)).toEqual(recorded)
})
