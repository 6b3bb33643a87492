import { createEmbedder, type TextEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import { answer, ingest, type LibraryParts, type LibraryPayload, libraryFields, retrieve } from '@voisin/rag'
import type { Answer } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import demoQuestions from '../../demo/questions.json'
import { DEV_QUESTIONS, type DevQuestion } from './dev-questions.ts'

const samples: Record<string, string> = import.meta.glob('../../demo/samples/*.md', {
  query: '?raw',
  eager: true,
  import: 'default',
})
const texts = new Map(Object.entries(samples).map(([path, text]) => [path.split('/').at(-1)!, text]))

let parts: LibraryParts & { readonly embedder: TextEmbedder }

beforeAll(async () => {
  const embedder = await createEmbedder({ model: miniModel })
  const { dim, fingerprint } = embedder
  parts = {
    embedder,
    collection: await openMemoryCollection<LibraryPayload>('samples', { dim, model: fingerprint, fields: libraryFields }),
  }
  for await (const _ of ingest(
    Array.from(texts, ([id, text]) => ({ id, text })),
    parts,
  ));
})
afterAll(() => parts.embedder.close())

async function ask(question: string): Promise<Answer> {
  return await answer(question, { context: await retrieve(question, parts), embedder: parts.embedder })
}

const demo = demoQuestions.map(
  ({ question, document, answerContains }): DevQuestion =>
    document === null ? { question } : { question, document, has: answerContains! },
)

test('every citation is a span of its document', async () => {
  for (const { question } of [...demo, ...DEV_QUESTIONS]) {
    const { text, citations } = await ask(question)
    for (const { number, documentId, start, end, quote } of citations) {
      expect(texts.get(documentId)!.slice(start, end)).toBe(quote)
      expect(text).toContain(`${quote.replace(/\s+/g, ' ')} [${number}]`)
    }
  }
})

test('the demo’s questions are answered from the right document, or refused where none has the answer', async () => {
  for (const { question, document } of demo) {
    const { kind, citations } = await ask(question)
    if (document === undefined) expect([question, kind]).toEqual([question, 'not-in-documents'])
    else expect([question, citations[0]?.documentId]).toEqual([question, document])
  }
})

test('of the questions in words of the documents, each is answered by the sentence that says it', async () => {
  const inWords = demoQuestions.filter(({ kind }) => kind === 'words')
  expect(inWords.length).toBeGreaterThan(0)
  for (const { question, answerContains } of inWords) expect((await ask(question)).text).toContain(answerContains)
})

test('most questions that answers were tuned on are answered from the right document or refused', async () => {
  const wrong: string[] = []
  for (const { question, document } of DEV_QUESTIONS) {
    const { citations } = await ask(question)
    if (citations[0]?.documentId !== document) wrong.push(question)
  }
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(FEW)
})

/** Of 40. */
const FEW = 8
