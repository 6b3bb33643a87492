// Compiled with the rest, never run: the code of the documentation, and what the compiler must refuse.
import { answer, answerStream, ingest, type LibraryPayload, retrieve } from '@voisin/rag'
import { docx } from '@voisin/rag/load/docx'
import { html } from '@voisin/rag/load/html'
import { zip } from '@voisin/rag/load/zip'
import type { Answer, AnswerPart, Chunk, Citation, Collection, Embedder, Generator, Match } from '@voisin/spec'
import { expectTypeOf } from 'vitest'
import {
  type AddResult,
  type Calibration,
  type DocumentInfo,
  deleteLibrary,
  type Hit,
  type Library,
  type LibraryListing,
  listLibraries,
  openLibrary,
  type SearchExplanation,
} from 'voisin'

export async function threeLines(): Promise<void> {
  const library = await openLibrary('notes')
  await library.add({ id: 'paris.md', text: '# Paris\nParis is the capital of France.' })
  const [hit] = await library.search('Which city governs France?')

  expectTypeOf(library).toEqualTypeOf<Library>()
  expectTypeOf(hit).toEqualTypeOf<Hit | undefined>()
  expectTypeOf<Hit['chunk']>().toEqualTypeOf<Chunk>()
  expectTypeOf<Hit['confidence']>().toEqualTypeOf<number | undefined>()
  void library.search('a', { minConfidence: 0.5 })
  expectTypeOf<Hit['chunk']['lead']>().toEqualTypeOf<string | undefined>()
  void library.add({ id: 'a', text: 'b', format: 'code' })
  // @ts-expect-error There is no such format.
  void library.add({ id: 'a', text: 'b', format: 'html' })
  expectTypeOf<Hit['matches']>().toEqualTypeOf<readonly Match[]>()
  expectTypeOf<Hit['score']>().toBeNumber()
  expectTypeOf<Hit['document']['id']>().toBeString()
}

export async function asking(library: Library, question: string, generator: Generator, signal: AbortSignal): Promise<void> {
  const whole = await library.ask('What is the capital of France?')
  expectTypeOf(whole).toEqualTypeOf<Answer>()
  expectTypeOf(whole.citations[0]).toEqualTypeOf<Citation | undefined>()
  expectTypeOf(whole.kind).toEqualTypeOf<'found' | 'not-in-documents'>()
  for await (const part of library.askStream(question, { generator, signal })) {
    expectTypeOf(part).toEqualTypeOf<AnswerPart>()
    if (part.type === 'text') expectTypeOf(part.text).toBeString()
    if (part.type === 'citation') expectTypeOf(part.citation.quote).toBeString()
    if (part.type === 'end') expectTypeOf(part.answer).toEqualTypeOf<Answer>()
  }
}

export async function adding(library: Library, files: FileList, file: File, signal: AbortSignal): Promise<void> {
  const { added, unchanged, replaced, failed } = await library.add(files, {
    signal,
    onProgress: ({ phase, done, total, unit, msLeft }) => {
      expectTypeOf(phase).toBeString()
      expectTypeOf(done).toBeNumber()
      expectTypeOf(total).toEqualTypeOf<number | undefined>()
      expectTypeOf(unit).toEqualTypeOf<'bytes' | 'chunks' | 'documents' | 'points' | 'texts'>()
      expectTypeOf(msLeft).toEqualTypeOf<number | undefined>()
    },
  })
  expectTypeOf([added, unchanged, replaced]).toEqualTypeOf<(readonly string[])[]>()
  expectTypeOf(failed[0]!).toEqualTypeOf<{ readonly id: string; readonly error: Error; readonly field?: string }>()
  expectTypeOf(await library.add(['a text', file, { id: 'a', text: 'b', metadata: { year: 2020 } }])).toEqualTypeOf<AddResult>()
  await library.add(file, {
    loaders: [html(), zip({ worker: false }), docx({ worker: () => new Worker('/voisin-load-docx-worker.js') })],
  })
  await library.add({
    id: 'a',
    text: 'b',
    format: 'csv',
    places: [
      { start: 0, page: 1 },
      { start: 1, sheet: 'Sales', row: 2 },
    ],
  })
  // @ts-expect-error There is no such format.
  await library.add({ id: 'a', text: 'b', format: 'docx' })
  // @ts-expect-error A document needs an id.
  await library.add({ text: 'no id' })
  // @ts-expect-error A number is no document.
  await library.add(7)
}

export async function searching(library: Library): Promise<void> {
  await library.search('impôts', { filter: { year: { $gte: 2020 } }, limit: 20 })
  await library.search('impôts', {
    filter: { $and: [{ lang: 'fr' }, { $not: { tags: { $in: ['old'] } } }], $id: { $in: ['a'] } },
  })
  await library.search('impôts', { using: 'words', denseWeight: 0.5 })
  const [hit] = await library.search('impôts', { groupBy: 'document', perDocument: 2, mmr: { diversity: 0.3 } })
  expectTypeOf(hit?.others).toEqualTypeOf<number | undefined>()
  expectTypeOf(await library.explain('impôts', { groupBy: 'document' })).toEqualTypeOf<SearchExplanation>()
  // @ts-expect-error Passages are grouped by document, and by nothing else.
  await library.search('impôts', { groupBy: 'year' })
  // @ts-expect-error An answer reads what it needs of every document.
  await library.ask('impôts', { groupBy: 'document' })
  expectTypeOf(await library.explain('impôts', { filter: { year: 2020 }, limit: 20 })).toEqualTypeOf<SearchExplanation>()
  expectTypeOf(await library.checkRecall({ k: 20 })).toBeNumber()
  expectTypeOf(await library.calibrate({ onProgress: ({ done }) => done })).toEqualTypeOf<Calibration | undefined>()
  expectTypeOf((await library.status()).calibration?.meaning).toEqualTypeOf<number | undefined>()
  // @ts-expect-error An explanation asks no reranker.
  await library.explain('impôts', { rerank: async () => [] })
  // @ts-expect-error There is no such leg.
  await library.search('impôts', { using: 'magic' })
  // @ts-expect-error A limit is a number.
  await library.search('impôts', { limit: '20' })
}

export async function keeping(library: Library): Promise<void> {
  expectTypeOf(await library.remove('paris.md')).toBeBoolean()
  expectTypeOf(await library.remove(['a.md', 'b.md'])).toBeNumber()
  expectTypeOf(await library.remove({ filter: { folder: 'old' } })).toBeNumber()
  expectTypeOf(await library.clear()).toBeNumber()
  expectTypeOf(await library.rename('paris.md', 'cities/paris.md')).toBeBoolean()
  // @ts-expect-error A filter stands in an object of its own.
  await library.remove({ folder: 'old' })
  expectTypeOf(await library.documents({ filter: { folder: 'old' } })).toEqualTypeOf<DocumentInfo[]>()
  expectTypeOf((await library.documents())[0]!.isWhole).toBeBoolean()
  expectTypeOf((await library.document('paris.md'))?.text).toEqualTypeOf<string | undefined>()
  expectTypeOf((await library.documents())[0]!.chunkCount).toBeNumber()
  expectTypeOf((await library.status()).documents).toBeNumber()
  expectTypeOf(await library.close()).toEqualTypeOf<void>()
}

export async function libraries(): Promise<void> {
  expectTypeOf(await listLibraries()).toEqualTypeOf<LibraryListing[]>()
  expectTypeOf(await deleteLibrary('notes', { database: 'mine' })).toBeBoolean()
}

interface Meta {
  readonly author: string
  readonly year?: number
  readonly place: { readonly city: string }
}

export async function withMetadata(): Promise<void> {
  const library = await openLibrary<Meta>('notes', { fields: { year: 'number', 'place.city': 'keyword' } })
  expectTypeOf(library).toEqualTypeOf<Library<Meta>>()
  await library.add({ id: 'a', text: 'b', metadata: { author: 'c', place: { city: 'd' } } })
  // @ts-expect-error An author is wanted.
  await library.add({ id: 'a', text: 'b', metadata: { year: 2020 } })
  const [hit] = await library.search('b', { filter: { year: { $gte: 2020 }, 'place.city': 'd' } })
  expectTypeOf(hit?.document.metadata?.year).toEqualTypeOf<number | undefined>()
  expectTypeOf((await library.documents({ filter: { author: 'c' } }))[0]!.metadata).toEqualTypeOf<Meta>()
  expectTypeOf((await library.document('a'))?.metadata?.author).toEqualTypeOf<string | undefined>()
  // @ts-expect-error A year is a number.
  await library.ask('b', { filter: { year: '2020' } })
  // @ts-expect-error There is no such field.
  await library.remove({ filter: { writer: 'c' } })
  // @ts-expect-error There is no such operator.
  await library.search('b', { filter: { year: { $gt3: 1 } } })
  // @ts-expect-error There is no such field.
  await openLibrary<Meta>('notes', { fields: { writer: 'keyword' } })
}

export async function parts(embedder: Embedder, generator: Generator): Promise<void> {
  await openLibrary('notes', { embedder, generator, fields: { year: 'number', author: 'text' }, onNotice: ({ kind }) => kind })
  await openLibrary('notes', {
    model: '/mini.bin',
    workers: { store: () => new Worker('/voisin-store-worker.js', { type: 'module' }) },
  })
  // @ts-expect-error There is no such kind of field.
  await openLibrary('notes', { fields: { year: 'decimal' } })
  // @ts-expect-error An embedder is more than a function.
  await openLibrary('notes', { embedder: () => new Float32Array(3) })
  // @ts-expect-error Options that do not exist are no options.
  await openLibrary('notes', { modell: '/mini.bin' })
}

export async function glue(
  embedder: Embedder,
  collection: Collection<LibraryPayload>,
  generator: Generator,
  signal: AbortSignal,
): Promise<void> {
  const bar = { value: 0 }
  const given = [{ id: 'a', text: 'b' }]
  for await (const progress of ingest(given, { embedder, collection, signal })) {
    bar.value = progress.done / (progress.total ?? 1)
  }
  const context = await retrieve('question', { embedder, collection, limit: 8, maxTokens: 1500 })
  const { text, citations } = await answer('question', { context, generator })
  expectTypeOf(text).toBeString()
  expectTypeOf(citations).toEqualTypeOf<readonly Citation[]>()
  expectTypeOf(answerStream('question', { context })).toMatchTypeOf<AsyncIterable<AnswerPart>>()
  // @ts-expect-error Without an embedder a question has no vector.
  await retrieve('question', { collection })
}
