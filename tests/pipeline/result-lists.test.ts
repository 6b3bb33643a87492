import { ingest, type Reranker, search } from '@voisin/rag'
import type { Document } from '@voisin/spec'
import { expect, onTestFinished, test } from 'vitest'
import { type Hit, type Library, type LibraryOptions, openLibrary } from 'voisin'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { openParts } from '../support/open-parts.ts'
import { tempDatabase } from '../support/temp-database.ts'

async function holding(documents: readonly Document[], options: LibraryOptions = {}): Promise<Library> {
  const library = await openLibrary('notes', { database: tempDatabase(), ...options })
  onTestFinished(() => library.close())
  expect((await library.add(documents)).failed).toEqual([])
  return library
}

const sections = (count: number, section: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => section(n)).join('\n\n')

const long: Document = {
  id: 'long.md',
  text: `# Service mesh\n\n${sections(12, (n) => `## Service mesh, part ${n}\n\nThe service mesh of team ${n} routes what its services say.`)}`,
  metadata: { year: 2020 },
}
const short: readonly Document[] = [
  { id: 'a.md', text: 'A service mesh is not always what a small team needs.', metadata: { year: 2021 } },
  { id: 'b.md', text: 'We gave up our service mesh in spring.', metadata: { year: 2022 } },
]

const documentsOf = (hits: readonly Hit[]) => hits.map(({ document }) => document.id)

test('a long document does not fill the list: three documents, three places', async () => {
  const library = await holding([long, ...short])
  expect(new Set(documentsOf(await library.search('service mesh', { limit: 3 }))).size).toBe(1)
  const hits = await library.search('service mesh', { limit: 10, groupBy: 'document' })
  expect(documentsOf(hits).toSorted()).toEqual(['a.md', 'b.md', 'long.md'])
  expect(hits.map(({ others }) => others)).toEqual(hits.map(({ document }) => (document.id === 'long.md' ? 11 : 0)))
  // It is the best passage of each that is shown.
  const all = await library.search('service mesh', { limit: 100 })
  expect(hits.map(({ chunk }) => chunk.id)).toEqual(
    ['long.md', 'a.md', 'b.md']
      .map((id) => all.find(({ document }) => document.id === id)!)
      .sort((a, b) => b.score - a.score)
      .map(({ chunk }) => chunk.id),
  )
  expect(all[0]).not.toHaveProperty('others')
  expect((await library.explain('service mesh', { groupBy: 'document' })).hits).toBe(3)
})

test('hundreds of sections do not hide a document either, by words, by meaning or by both', async () => {
  const book = { id: 'book.md', text: sections(900, (n) => `## Part ${n}\n\nService mesh, service mesh, ${n}.`) }
  const library = await holding([book, ...short], { embedder: createFakeEmbedder() })
  for (const using of ['words', 'meaning', 'both'] as const) {
    const hits = await library.search('service mesh', { groupBy: 'document', using, limit: 3 })
    expect(documentsOf(hits).toSorted()).toEqual(['a.md', 'b.md', 'book.md'])
    expect(hits.find(({ document }) => document.id === 'book.md')!.others).toBeGreaterThan(100)
  }
})

test('so many passages of a document as are wanted, in the order of the search', async () => {
  const library = await holding([long, ...short])
  const all = await library.search('service mesh', { limit: 100 })
  const two = await library.search('service mesh', { perDocument: 2 })
  expect(documentsOf(two).toSorted()).toEqual(['a.md', 'b.md', 'long.md', 'long.md'])
  const seen = new Map<string, number>()
  const byHand = all.filter(({ document: { id } }) => {
    seen.set(id, (seen.get(id) ?? 0) + 1)
    return seen.get(id)! <= 2
  })
  expect(two.map(({ others, ...hit }) => hit)).toEqual(byHand)
  expect(await library.search('service mesh', { perDocument: 2, groupBy: 'document' })).toEqual(two)
  expect(await library.search('service mesh', { perDocument: 1 })).toEqual(
    await library.search('service mesh', { groupBy: 'document' }),
  )
})

test('a filter and a limit hold for documents as they do for passages', async () => {
  const library = await holding([long, ...short])
  const groupBy = 'document'
  const late = await library.search('service mesh', { groupBy, filter: { year: { $gte: 2021 } } })
  expect(documentsOf(late).toSorted()).toEqual(['a.md', 'b.md'])
  expect(await library.search('service mesh', { groupBy, filter: { $id: 'long.md' } })).toMatchObject([{ others: 11 }])
  const all = await library.search('service mesh', { groupBy })
  expect(await library.search('service mesh', { groupBy, limit: 2 })).toEqual(all.slice(0, 2))
})

test('a reranker says which passage stands for a document, and fills the list', async () => {
  const library = await holding([long, ...short])
  const seen: string[][] = []
  const rerank: Reranker = async (_, texts) => {
    seen.push([...texts])
    return texts.map((text) => Number(/of team (\d+)/.exec(text)?.[1] ?? -text.length))
  }
  const hits = await library.search('service mesh', { groupBy: 'document', rerank, limit: 3 })
  expect(documentsOf(hits)).toEqual(['long.md', 'b.md', 'a.md'])
  // Four passages of the long one, the best of which by its own score is shown.
  const teams = seen[0]!.flatMap((text) => /of team (\d+)/.exec(text)?.[1] ?? []).map(Number)
  expect(teams).toHaveLength(4)
  expect(hits[0]).toMatchObject({ score: Math.max(...teams), others: 11 })
  const two = await library.search('service mesh', { perDocument: 2, rerank, limit: 3 })
  expect(documentsOf(two)).toEqual(['long.md', 'long.md', 'b.md'])
})

test('what says the same thing twice gives way to what says another', async () => {
  const same = ['one', 'two', 'three'].map((id) => ({ id, text: 'The bicycle has two wheels and a chain.' }))
  const other = [
    { id: 'road', text: 'A bicycle on the road needs lights.' },
    { id: 'rent', text: 'You can rent a bicycle at the station.' },
  ]
  const library = await holding([...same, ...other], { embedder: createFakeEmbedder({ dim: 256 }) })
  const question = 'bicycle wheels and chain'
  expect(documentsOf(await library.search(question, { limit: 3 }))).toEqual(['one', 'two', 'three'])
  const diverse = await library.search(question, { limit: 3, mmr: { diversity: 0.7 } })
  expect(documentsOf(diverse)[0]).toBe('one')
  expect(documentsOf(diverse).toSorted()).toEqual(['one', 'rent', 'road'])
  expect(await library.search(question, { mmr: { diversity: 0 } })).toEqual(await library.search(question))
  const rerank: Reranker = async (_, texts) => texts.map((text) => text.length)
  expect(await library.search(question, { limit: 3, mmr: { diversity: 0.7 }, rerank })).toHaveLength(3)
})

test('sections in French and in Chinese are grouped as others are', async () => {
  const library = await holding([
    { id: 'impots', text: sections(12, (n) => `## Impôts ${n}\n\nLes impôts de l’année ${n} se paient en ligne.`) },
    { id: 'note', text: 'Mes impôts sont payés.' },
    { id: '税', text: sections(3, (n) => `## 税 ${n}\n\n今年的税在网上缴纳。${n}`) },
  ])
  const hits = await library.search('impôts', { groupBy: 'document', using: 'words' })
  expect(hits.map(({ document, others }) => [document.id, others]).toSorted()).toEqual([
    ['impots', 11],
    ['note', 0],
  ])
  expect(documentsOf(await library.search('缴纳', { groupBy: 'document', using: 'words' }))).toEqual(['税'])
})

test('while a new version is being stored, its drafts are nobody’s others', async () => {
  const controller = new AbortController()
  let batches = 0
  const parts = await openParts({ before: () => void (++batches === 5 && controller.abort()) })
  const store = async (id: string, text: string) => {
    for await (const _ of ingest([{ id, text }], { ...parts, signal: controller.signal }));
  }
  await store('book', 'The number one.')
  await store('note', 'Another number.')
  const text = sections(400, (n) => `## Part ${n}\n\nThe number ${n}.`)
  await expect(store('book', text)).rejects.toThrow()
  expect(await parts.collection.count({ kind: 'draft' })).toBeGreaterThan(10)
  const hits = await search('number', { ...parts, groupBy: 'document', limit: 5 })
  expect(hits.map(({ document, others }) => [document.id, others]).toSorted()).toEqual([
    ['book', 0],
    ['note', 0],
  ])
})

test('refuses groups that are none', async () => {
  const library = await holding(short, { embedder: createFakeEmbedder() })
  for (const options of [
    { groupBy: 'year' },
    { groupBy: null },
    ...[0, 1.5, 1_001, '2', null].map((perDocument) => ({ perDocument })),
    { mmr: { diversity: 2 } },
    { mmr: {} },
    { mmr: null },
  ]) {
    await expect(library.search('mesh', options as never), JSON.stringify(options)).rejects.toMatchObject({
      code: 'invalid-argument',
      expected: expect.any(String),
      received: expect.any(String),
    })
  }
})
