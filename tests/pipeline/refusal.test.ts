import { createEmbedder, type TextEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import { answer, ingest, type LibraryParts, type LibraryPayload, libraryFields, retrieve } from '@voisin/rag'
import type { Document, Filter, Metadata } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

// How often an answer is given, and refused, on sets nobody here wrote. The figures in packages/rag/README.md are this file's.

type Row = { readonly _id: string; readonly title?: string; readonly text: string }
const samples: Record<string, string> = import.meta.glob('../../demo/samples/*.md', {
  query: '?raw',
  eager: true,
  import: 'default',
})

async function rowsOf(path: string): Promise<Row[]> {
  const text = await (await fetch(`/shared/data/${path}`)).text()
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
}

async function libraryOf(embedder: TextEmbedder, documents: readonly Document[]): Promise<LibraryParts> {
  const { dim, fingerprint } = embedder
  const parts = {
    embedder,
    collection: await openMemoryCollection<LibraryPayload>('c', { dim, model: fingerprint, fields: libraryFields }),
  }
  for await (const _ of ingest(documents, parts));
  return parts
}

async function isAnswered(question: string, parts: LibraryParts, filter?: Filter<Metadata>): Promise<boolean> {
  const context = await retrieve(question, filter ? { ...parts, filter } : parts)
  return (await answer(question, { context, embedder: parts.embedder })).kind === 'found'
}

async function shareOf<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<number> {
  let count = 0
  for (const item of items) if (await holds(item)) count++
  return count / items.length
}

describe.skipIf(!inject('sharedIsPresent'))('questions nobody here wrote', () => {
  let embedder: TextEmbedder
  let elsewhere: LibraryParts
  beforeAll(async () => {
    embedder = await createEmbedder({ model: miniModel })
    elsewhere = await libraryOf(
      embedder,
      Object.entries(samples).map(([path, text]) => ({ id: path, text })),
    )
  })
  afterAll(() => embedder.close())

  test('XQuAD: answered with its articles, refused without, refused elsewhere', async () => {
    const corpus = await rowsOf('xquad/en/corpus.jsonl')
    const judgements = (await (await fetch('/shared/data/xquad/en/qrels/test.tsv')).text()).trim().split('\n').slice(1)
    const documentOf = new Map(judgements.map((line) => line.split('\t') as unknown as [string, string]))
    const articleOf = (id: string) => id.split('-')[0]!
    const library = await libraryOf(
      embedder,
      corpus.map(({ _id, title, text }) => ({ id: _id, text, metadata: { title, article: articleOf(_id) } })),
    )
    const questions = (await rowsOf('xquad/en/queries.jsonl')).filter((_, index) => index % 5 === 0)
    const without = (id: string) => ({ article: { $ne: articleOf(documentOf.get(id)!) } })

    const answered = await shareOf(questions, ({ text }) => isAnswered(text, library))
    const refusedWithout = 1 - (await shareOf(questions, ({ _id, text }) => isAnswered(text, library, without(_id))))
    const refusedElsewhere = 1 - (await shareOf(questions, ({ text }) => isAnswered(text, elsewhere)))
    console.log({ questions: questions.length, answered, refusedWithout, refusedElsewhere })
    expect(answered).toBeGreaterThan(0.95)
    expect(refusedWithout).toBeGreaterThan(0.8)
    expect(refusedElsewhere).toBeGreaterThan(0.9)
  })

  test('a French FAQ: answered, and refused elsewhere', async () => {
    const corpus = await rowsOf('cnil-fr/corpus.jsonl')
    const library = await libraryOf(
      embedder,
      corpus.map(({ _id, title, text }) => ({ id: _id, text, metadata: { title } })),
    )
    const questions = await rowsOf('cnil-fr/queries.jsonl')
    const answered = await shareOf(questions, ({ text }) => isAnswered(text, library))
    const refusedElsewhere = 1 - (await shareOf(questions, ({ text }) => isAnswered(text, elsewhere)))
    console.log({ questions: questions.length, answered, refusedElsewhere })
    expect(answered).toBeGreaterThan(0.95)
    expect(refusedElsewhere).toBeGreaterThan(0.95)
  })
})
