import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { miniModel } from './index.ts'

const config = new URL('../model/config.json', import.meta.url)

async function digest(file: URL | string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}

test('the files are those whose digests are published', async () => {
  expect({ model: await digest(miniModel.files.model), tokenizer: await digest(miniModel.files.tokenizer) }).toEqual(
    miniModel.sha256,
  )
})

test('all files together stay within four million bytes', async () => {
  const sizes = await Promise.all(
    [miniModel.files.model, miniModel.files.tokenizer, config].map(async (file) => (await stat(file)).size),
  )
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(4_000_000)
})

test('config.json and miniModel say the same', async () => {
  const { dim, maxTokens, pooling, queryPrefix, documentPrefix, name } = JSON.parse(await readFile(config, 'utf8'))
  expect(miniModel).toMatchObject({ dim, maxTokens, pooling, queryPrefix, documentPrefix, name })
})
