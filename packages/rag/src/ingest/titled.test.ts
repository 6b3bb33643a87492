import { expect, test } from 'vitest'
import { embedChunk } from './titled.ts'

/** Texts are [1, 0], titles [0, 1]. */
const embedder = {
  embedDocuments: async (texts: readonly string[]) => ({
    data: Float32Array.from(texts.flatMap((text) => (text === 'text' ? [1, 0] : [0, 1]))),
    dim: 2,
    rows: texts.length,
    tokens: [],
    truncated: [],
  }),
}

test('a title has a say of .6 beside its text, a question as much as its answer', async () => {
  const shareOf = async (...headings: string[]) => {
    const [text, title] = await embedChunk({ headings, text: 'text' }, embedder as never)
    expect(Math.hypot(text!, title!)).toBeCloseTo(1)
    return title! / text!
  }
  expect(await shareOf()).toBe(0)
  expect(await shareOf('Bread', 'Why it hardens')).toBeCloseTo(0.6)
  for (const question of ['Why does it harden?', 'Pourquoi durcit-il ? ', '为什么变硬？', 'لماذا يقسو؟'])
    expect(await shareOf('Bread', question)).toBeCloseTo(1)
})
