import type { AnswerPart, Context, Generator, Passage } from '@voisin/spec'
import { expect, test } from 'vitest'
import { buildContext } from '../retrieve/context.ts'
import { answer, answerStream } from './answer.ts'
import { measureEvidence } from './evidence.ts'
import { expectedForm, hasForm } from './expected-form.ts'

const passage = (id: string, text: string, start = 0): Passage => ({
  chunk: { id: `${id}#${start}`, documentId: id, start, end: start + text.length, headings: [], text },
  document: { id },
  score: 1,
  legs: {},
  matches: [],
  why: 'meaning',
})
const paris = passage('paris', 'Paris lies on the Seine.\nIt is the capital of France.', 100)
const tea = passage('tea', 'Tea is made from leaves.')
const contextOf = (...passages: Passage[]): Promise<Context> => buildContext('q', passages)
const saying = (...pieces: string[]): Generator => ({
  async *generate() {
    yield* pieces
  },
})
const collect = async (parts: AsyncIterable<AnswerPart>) => {
  const list: AnswerPart[] = []
  for await (const part of parts) list.push(part)
  return list
}

test('without a generator the answer is a sentence of the documents, cited where it stands', async () => {
  const { kind, text, citations } = await answer('What is the capital of France?', { context: await contextOf(tea, paris) })
  expect(kind).toBe('found')
  expect(text).toBe('It is the capital of France. [1]')
  expect(citations).toEqual([{ number: 1, documentId: 'paris', start: 125, end: 153, quote: 'It is the capital of France.' }])
})

test('a question that the passages do not answer is refused', async () => {
  const refused = { kind: 'not-in-documents', citations: [] }
  expect(await answer('How do I reset my router?', { context: await contextOf(tea, paris) })).toMatchObject(refused)
  expect(await answer('What is the capital of France?', { context: await contextOf() })).toMatchObject(refused)
  const context = await contextOf(paris)
  expect(await answer('Is Berlin the capital?', { context, minEvidence: 1, refusal: 'Rien.' })).toEqual({
    ...refused,
    text: 'Rien.',
  })
  expect((await answer('How do I reset the router of France?', { context, minEvidence: 0 })).kind).toBe('found')
})

test('evidence is the share of the words found, each by itself or by what is nearest in meaning, a name twice', async () => {
  const embedder = {
    async embedDocuments(texts: readonly string[]) {
      const axis = (text: string) => (/^(governs|capital)$/i.test(text) ? [0.8, 0.6] : /^town$/i.test(text) ? [1, 0] : [0, 1])
      return { data: Float32Array.from(texts.flatMap((text) => [...axis(text), 0])), count: texts.length, dim: 3 }
    },
  }
  const question = 'What town governs France?'
  expect((await measureEvidence(question, [paris]))[0]).toEqual({ coverage: 1 / 2, cosine: undefined, total: 1 / 2 })
  expect((await measureEvidence(question, [paris], { embedder }))[0]!.coverage).toBeCloseTo(1, 5)
  const near = { ...paris, legs: { dense: { score: 0.25, share: 0.25 } } }
  expect((await measureEvidence(question, [near]))[0]!.total).toBeCloseTo((0.5 + 0.25) / 2, 5)
  const name = (await measureEvidence('Where is Gotham?', [paris], { embedder }))[0]!
  expect(name.coverage).toBe(0)
})

test('the form of the question decides between sentences', async () => {
  const context = await contextOf(
    passage('a', 'The tower was finished at last. The tower rose in 1889. The tower was the work of Gustave Eiffel.'),
  )
  const ask = async (question: string) => (await answer(question, { context, maxSentences: 1 })).text
  expect(await ask('When was the tower ready?')).toBe('The tower rose in 1889. [1]')
  expect(await ask('Who made the tower?')).toBe('The tower was the work of Gustave Eiffel. [1]')
})

test('names and numbers are known by their form, in English and French', () => {
  expect(
    ['Who was it?', 'Qui était-ce ?', 'When?', 'Combien de marches ?', 'En quelle année ?', 'Why so?'].map(expectedForm),
  ).toEqual(['name', 'name', 'number', 'number', 'number', 'any'])
  expect(hasForm('It was Marie Curie.', 'name')).toBe(true)
  expect(hasForm('Nobody knows it.', 'name')).toBe(false)
  expect(hasForm('Une meule pèse une quarantaine de kilos.', 'number')).toBe(true)
  expect(hasForm('One does not know.', 'number')).toBe(false)
})

test('a generator’s citations become spans, numbered as they come, each once', async () => {
  const generator = saying('The capital of Fr', 'ance is Paris [', '2]. Tea is made from leaves [1, 2].', ' No [9].')
  const parts = await collect(answerStream('q?', { context: await contextOf(tea, paris), generator }))
  expect(parts.at(-1)).toEqual({
    type: 'end',
    answer: {
      kind: 'found',
      text: 'The capital of France is Paris [1]. Tea is made from leaves [2][1]. No .',
      citations: [
        { number: 1, documentId: 'paris', start: 125, end: 153, quote: 'It is the capital of France.' },
        { number: 2, documentId: 'tea', start: 0, end: 24, quote: 'Tea is made from leaves.' },
      ],
    },
  })
  expect(parts.map(({ type }) => type).filter((type) => type === 'citation')).toHaveLength(2)
})

test('a generator that finds nothing is an honest refusal, however its words are cut', async () => {
  const context = await contextOf(paris)
  for (const generator of [saying('NOT IN', ' THE DOC', 'UMENTS.'), saying('  not in the documents'), saying('')]) {
    const parts = await collect(answerStream('q?', { context, generator }))
    expect(parts.map(({ type }) => type)).toEqual(['text', 'end'])
    expect(parts.at(-1)).toMatchObject({ answer: { kind: 'not-in-documents', citations: [] } })
  }
  expect(await answer('q?', { context, generator: saying('NOT IN', ' Paris.') })).toMatchObject({
    kind: 'found',
    text: 'NOT IN Paris.',
  })
})

test('a generator is not asked when there is nothing to answer from', async () => {
  const generator: Generator = {
    // biome-ignore lint/correctness/useYield: it must not come so far.
    async *generate() {
      throw new Error('asked')
    },
  }
  expect((await answer('q?', { context: await contextOf(), generator })).kind).toBe('not-in-documents')
})

test('an abort ends an answer with its reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const generator: Generator = {
    async *generate() {
      yield 'Paris'
      controller.abort(reason)
      yield ' and more'
    },
  }
  const context = await contextOf(paris)
  await expect(answer('q?', { context, generator, signal: controller.signal })).rejects.toBe(reason)
  await expect(answer('q?', { context, signal: controller.signal })).rejects.toBe(reason)
})
