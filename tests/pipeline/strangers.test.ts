import {
  clearLibrary,
  type LibraryParts,
  type LibraryPayload,
  libraryFields,
  listDocuments,
  readDocument,
  removeDocuments,
  renameDocument,
  search,
} from '@voisin/rag'
import type { VectorBatch } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import { expect, test } from 'vitest'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { add, before, book, listed, through } from '../support/library-books.ts'
import { openParts } from '../support/open-parts.ts'

// What strangers and their bugs do to a library.

test.each<[unknown]>([
  [{}],
  [7],
  [true],
  [new Set(['a'])],
  [{ id: 'a' }],
  [{ ids: ['a'] }],
  [{ filter: undefined }],
  [{ filter: null }],
  [{ filter: [] }],
  [{ filter: 5 }],
  [{ filter: new Map([['year', 1]]) }],
  [{ filter: {}, limit: 1 }],
  [undefined],
  [null],
  [new Uint8Array(1)],
  [['a', 7]],
])('removing %o is refused, and removes nothing', async (target) => {
  const parts = await openParts()
  await add([book('a', 2, 'apple'), book('b', 2, 'pear')], parts)
  await expect(removeDocuments(target as never, parts)).rejects.toMatchObject({ code: 'invalid-argument' })
  expect(await listed(parts)).toEqual(['a', 'b'])
})

test.each<[object]>([
  [{ $and: 5 }],
  [{ $or: [] }],
  [{ $not: null }],
  [{ $not: 5 }],
  [{ $and: [null] }],
  [{ $id: { $gt: 'a' } }],
  [{ $id: {} }],
  [{ $id: null }],
  [{ $nope: 1 }],
  [{ year: { $nope: 1 } }],
])('the filter %o is refused as a collection would', async (filter) => {
  const parts = await openParts()
  await add(book('a', 2, 'apple'), parts)
  const refused = { code: 'invalid-filter' }
  await expect(search('apple', { ...parts, filter: filter as never })).rejects.toMatchObject(refused)
  await expect(removeDocuments({ filter: filter as never }, parts)).rejects.toMatchObject(refused)
  await expect(Array.fromAsync(listDocuments(parts, { filter: filter as never }))).rejects.toMatchObject(refused)
  expect(await listed(parts)).toEqual(['a'])
})

test('drafts cost a search one more query, and no part of one answer is of another version', async () => {
  const controller = new AbortController()
  let batches = 0
  const parts = await openParts({ before: () => void (++batches === 4 && controller.abort()) })
  await add(book('b', 1, 'apple'), parts)
  await expect(add(book('a', 500, 'apple'), { ...parts, signal: controller.signal })).rejects.toThrow()
  expect(await parts.collection.count({ kind: 'draft' })).toBeGreaterThan(30)
  let queries = 0
  const counting = through(parts, {
    query: (call) => {
      queries++
      return call()
    },
  })
  const hits = await search('the apple of number', { ...counting, limit: 1 })
  expect([hits.map(({ document }) => document.id), queries]).toEqual([['b'], 2])
})

test('a document whose properties are read by accessors is what they gave when it was added', async () => {
  class Note {
    #reads = 0
    readonly #text: string
    constructor(text: string) {
      this.#text = text
    }
    get id() {
      return this.#text.slice(0, 5)
    }
    get text() {
      return `${this.#text} ${++this.#reads > 1 ? 'and more' : ''}`
    }
  }
  const parts = await openParts()
  expect((await add([new Note('apple is one'), new Note('pears are two')], parts)).added).toEqual(['apple', 'pears'])
  expect(await listed(parts)).toEqual(['apple', 'pears'])
  expect((await readDocument('apple', parts))!.text).toBe('apple is one ')
  expect((await add(new Note('apple is three'), parts)).replaced).toEqual(['apple'])
})

test('what is too long for one write fails before anything is embedded, and leaves nothing', async () => {
  const parts = await openParts()
  const long = book('a', 2_500, 'apple', { thumbnail: 'x'.repeat(40_000) })
  const { failed, added } = await add([long, book('b', 1, 'pear')], parts)
  expect(added).toEqual(['b'])
  expect(failed[0]!.error).toMatchObject({ code: 'limit-exceeded' })
  expect(parts.embedder.embedded).toEqual(['Part 0', 'The pear of number 0.'])
  expect(await parts.collection.count({ documentId: 'a' })).toBe(0)
})

test('bytes in metadata count as what they take', async () => {
  const parts = await openParts()
  const { failed, added } = await add([book('a', 20, 'apple', { thumbnail: new Uint8Array(2 ** 20) })], parts)
  expect([failed, added]).toEqual([[], ['a']])
})

test('what fails in the middle leaves no drafts', async () => {
  const parts = await openParts({
    before: (texts) => {
      if (texts.some((text) => text.includes('number 180.'))) throw new TypeError('cannot embed this')
    },
  })
  const { failed } = await add([book('a', 200, 'apple')], parts)
  expect(failed.map(({ id, error }) => [id, error.message])).toEqual([['a', 'cannot embed this']])
  expect(await parts.collection.count()).toBe(0)
})

test('a document that is removed, cleared or changed before it is renamed stays so', async () => {
  const changes: [string, (parts: LibraryParts) => Promise<unknown>, string[]][] = [
    ['write', (parts) => removeDocuments(['a'], parts), []],
    ['write', (parts) => clearLibrary(parts), []],
    ['write', (parts) => add(book('a', 2, 'pear'), parts), ['a']],
    ['retrieve', (parts) => add(book('a', 2, 'pear'), parts), ['a', 'b']],
  ]
  for (const [verb, change, expected] of changes) {
    const parts = await openParts()
    await add(book('a', 3, 'apple'), parts)
    const renaming = renameDocument('a', 'b', through(parts, { [verb]: before(verb === 'write' ? 1 : 2, () => change(parts)) }))
    // Read again it is the newer version that is renamed; otherwise nothing is.
    if (expected.length < 2) await expect(renaming).rejects.toMatchObject({ code: 'conflict' })
    else expect(await renaming).toBe(true)
    expect(await listed(parts)).toEqual(expected.length < 2 ? expected : ['b'])
    if (expected.length === 2) expect((await readDocument('b', parts))!.text).toBe(book('a', 2, 'pear').text)
  }
})

test('a long document is not renamed over one that came meanwhile', async () => {
  const parts = await openParts()
  await add(book('a', 1_200, 'apple'), parts)
  const comes = before(1, () => add(book('b', 2, 'pear'), parts))
  await expect(renameDocument('a', 'b', through(parts, { write: comes }))).rejects.toMatchObject({ code: 'conflict' })
  expect(await parts.collection.count({ kind: 'draft' })).toBe(0)
  expect(await listed(parts)).toEqual(['a', 'b'])
  expect((await readDocument('b', parts))!.text).toBe(book('b', 2, 'pear').text)
})

test('a document that no longer matches when it is to be removed by a filter stays', async () => {
  const parts = await openParts()
  await add([book('a', 2, 'apple', { old: true }), book('b', 2, 'apple', { old: true })], parts)
  const changes = before(1, () => add(book('a', 2, 'apple', { old: false }), parts))
  expect(await removeDocuments({ filter: { old: true } }, through(parts, { delete: changes }))).toBe(2)
  expect(await listed(parts)).toEqual(['a'])
})

test('a document that is replaced while it is listed is whole', async () => {
  const parts = await openParts()
  await add(book('a', 2, 'apple'), parts)
  const replaced = before(1, () => add(book('a', 3, 'pear'), parts))
  const infos = await Array.fromAsync(listDocuments(through(parts, { count: replaced })))
  expect(infos.map(({ id, isWhole, chunkCount }) => [id, isWhole, chunkCount])).toEqual([['a', true, 3]])
})

test.each<[string, (batch: VectorBatch) => VectorBatch]>([
  ['another dim', ({ data, count }) => ({ data: data.subarray(0, count * 32), count, dim: 32 })],
  ['one vector too few', ({ data, count, dim }) => ({ data: data.subarray(dim), count: count - 1, dim })],
  ['numbers that are missing', ({ data, count, dim }) => ({ data: data.subarray(1), count, dim })],
])('an embedder that gives %s is refused, and nothing is stored', async (_, change) => {
  const parts = await openParts()
  const given = createFakeEmbedder()
  const embedder = { ...given, embedDocuments: async (texts: readonly string[]) => change(await given.embedDocuments(texts)) }
  await expect(add(book('a', 3, 'apple'), { ...parts, embedder })).rejects.toMatchObject({ code: 'dimension-mismatch' })
  expect(await parts.collection.count()).toBe(0)
})

test('an error of the caller’s own is the caller’s, and every document is stored once or not at all', async () => {
  const parts = await openParts()
  const onResult = ({ id }: { readonly id: string }) => {
    if (id === 'b') throw new RangeError('mine')
  }
  await expect(
    add(
      ['a', 'b', 'c'].map((id) => book(id, 2, id)),
      { ...parts, onResult },
    ),
  ).rejects.toThrow('mine')
  expect(await listed(parts)).toEqual(['a', 'b', 'c'])
})

test('a key of metadata with dots in it is found by filters and by words', async () => {
  const { embedder } = await openParts()
  const fields = { ...libraryFields, 'metadata.dc.title': 'text', 'metadata.dc.date': 'number' } as const
  const collection = await openMemoryCollection<LibraryPayload>('dotted', { dim: embedder.dim, fields })
  const parts = { embedder, collection }
  await add(
    [book('a', 2, 'apple', { 'dc.title': 'Orchards', 'dc.date': 2020 }), book('b', 2, 'pear', { dc: { title: 'Gardens' } })],
    parts,
  )
  const found = async (question: string, filter?: object) =>
    (await search(question, { ...parts, using: 'words', ...(filter && { filter: filter as never }) })).map(
      ({ document }) => document.id,
    )
  expect(new Set(await found('orchards'))).toEqual(new Set(['a']))
  expect(new Set(await found('gardens'))).toEqual(new Set(['b']))
  expect(new Set(await found('number', { 'dc.title': 'Orchards', 'dc.date': { $gte: 2020 } }))).toEqual(new Set(['a']))
  expect(new Set(await found('number', { 'dc.title': 'Gardens' }))).toEqual(new Set(['b']))
  expect(await removeDocuments({ filter: { 'dc.title': 'Orchards' } }, parts)).toBe(1)
  expect(await listed(parts)).toEqual(['b'])
})
