import {
  clearLibrary,
  createChunker,
  type LibraryParts,
  listDocuments,
  readDocument,
  removeDocuments,
  renameDocument,
  search,
} from '@voisin/rag'
import { type Document, isVoisinError } from '@voisin/spec'
import { describe, expect, test } from 'vitest'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { add, before, book, through } from '../support/library-books.ts'
import { openParts } from '../support/open-parts.ts'

/** Everything that is stored, and that each document is whole. */
async function wholeTexts(parts: LibraryParts): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  let chunks = 0
  for await (const { id, isWhole, chunkCount } of listDocuments(parts)) {
    expect([id, isWhole]).toEqual([id, true])
    texts[id] = (await readDocument(id, parts))!.text
    chunks += chunkCount
    expect(chunkCount).toBe(createChunker().chunk({ id, text: texts[id] }).length)
  }
  expect(await parts.collection.count({ kind: 'chunk' })).toBe(chunks)
  expect(await parts.collection.count({ kind: 'draft' })).toBe(0)
  return texts
}

/** Another tab: the same collection, an embedder of its own. */
const otherTab = ({ collection }: LibraryParts) => ({ collection, embedder: createFakeEmbedder() })

const codeOf = (error: unknown) => (isVoisinError(error) ? error.code : error)

describe('two tabs and one document', () => {
  // Of a length that is stored at once, and of one that is stored as drafts before.
  test.each([3, 200])(
    'one tab replaces it while another adds what was there: one of the two, whole (%i chunks)',
    async (count) => {
      const [first, second] = [book('a', count, 'apple'), book('a', count + 1, 'pear')]
      let meanwhile = async () => {}
      const parts = await openParts({ before: () => meanwhile() })
      await add(first, parts)
      const results: string[][] = []
      meanwhile = async () => void results.push([...(await add(first, otherTab(parts))).unchanged])
      expect((await add(second, parts)).replaced).toEqual(['a'])
      expect(results[0]).toEqual(['a'])
      expect(await wholeTexts(parts)).toEqual({ a: second.text })
    },
  )

  test('a version that another tab completes first is not taken off the view by this one', async () => {
    const long = book('a', 200, 'apple')
    const controller = new AbortController()
    let batches = 0
    const parts = await openParts({
      before: async () => {
        if (++batches !== 3) return
        await add(long, otherTab(parts))
        controller.abort()
      },
    })
    await expect(add(long, { ...parts, signal: controller.signal })).rejects.toThrow()
    expect(await wholeTexts(parts)).toEqual({ a: long.text })
    batches = 0
    const again = await openParts({ before: async () => void (++batches === 3 && (await add(long, otherTab(again)))) })
    expect((await add(long, again)).unchanged).toEqual(['a'])
    expect(await wholeTexts(again)).toEqual({ a: long.text })
  })

  test('whoever finds its drafts taken away begins anew, and the last one wins', async () => {
    const [mine, others] = [book('a', 200, 'apple'), book('a', 100, 'pear')]
    let batches = 0
    const parts = await openParts({ before: async () => void (++batches === 3 && (await add(others, otherTab(parts)))) })
    expect((await add(mine, parts)).replaced).toEqual(['a'])
    expect(await wholeTexts(parts)).toEqual({ a: mine.text })
  })

  test('a document that others change all the time fails in the end, and what they have stored stays', async () => {
    let round = 0
    const other = () => book('a', 60 + round, `pear ${++round}`)
    const parts = await openParts({ before: async () => void (await add(other(), otherTab(parts))) })
    const { failed } = await add([book('a', 200, 'apple'), book('b', 1, 'plum')], parts)
    expect(failed.map(({ id, error }) => [id, codeOf(error)])).toEqual([['a', 'conflict']])
    expect(Object.keys(await wholeTexts(parts))).toEqual(['a', 'b'])
  })

  test('a document that is removed while it is replaced is there afterwards, whole', async () => {
    const [first, second] = [book('a', 200, 'apple'), book('a', 200, 'pear')]
    let batches = 0
    const parts = await openParts({ before: async () => void (++batches === 20 && (await removeDocuments(['a'], parts))) })
    await add(first, parts)
    batches = 17
    await add(second, parts)
    expect(await wholeTexts(parts)).toEqual({ a: second.text })
  })
})

describe('what was embedded is remembered', () => {
  test('one section of fifty, metadata alone, another id, the same text twice', async () => {
    const parts = await openParts()
    const { embedded } = parts.embedder
    const before = book('a', 50, 'apple').text
    await add({ id: 'a', text: before }, parts)
    // A title and a text of each section.
    expect(embedded).toHaveLength(100)
    const text = before.replace('number 8.', 'number eight.')
    await add({ id: 'a', text }, parts)
    expect(embedded.slice(100)).toEqual(['Part 8', 'The apple of number eight.'])
    await add({ id: 'a', text, metadata: { year: 2020 } }, parts)
    await add({ id: 'b', text }, parts)
    expect(embedded).toHaveLength(102)
    await add([book('c', 3, 'plum'), { ...book('c', 3, 'plum'), id: 'd' }], parts)
    expect(embedded).toHaveLength(108)
    const [hit] = await search('the apple of number 7', { ...parts, filter: { year: 2020 } })
    expect(hit!.document).toEqual({ id: 'a', metadata: { year: 2020 } })
  })
})

describe('what a fault has taken', () => {
  test.each([
    ['a chunk', { kind: 'chunk', documentId: 'a' }, 100],
    ['a text', { kind: 'text', documentId: 'a' }, 0],
  ] as const)('%s: told, and made whole by adding it again', async (_, filter, embeddedAgain) => {
    const parts = await openParts()
    const documents = [book('a', 50, 'apple'), book('b', 2, 'pear')]
    await add(documents, parts)
    const before = parts.embedder.embedded.length
    await parts.collection.delete({ filter })
    const told = await Array.fromAsync(listDocuments(parts))
    expect(told.map(({ id, isWhole }) => [id, isWhole])).toEqual([
      ['a', false],
      ['b', true],
    ])
    expect(await add(documents, parts)).toMatchObject({ replaced: ['a'], unchanged: ['b'] })
    expect(parts.embedder.embedded.length - before).toBe(embeddedAgain)
    expect(Object.keys(await wholeTexts(parts))).toEqual(['a', 'b'])
    expect((await add(documents, parts)).unchanged).toEqual(['a', 'b'])
    // And once more: the same may happen twice.
    await parts.collection.delete({ filter })
    expect((await add(documents, parts)).replaced).toEqual(['a'])
    expect(Object.keys(await wholeTexts(parts))).toEqual(['a', 'b'])
  })
})

describe('bad documents', () => {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const trap = Object.defineProperty({ id: 'trap' }, 'text', {
    get: () => {
      throw new Error('no text today')
    },
  })
  test('stop no other, and say which field is to blame', async () => {
    const parts = await openParts()
    const bad: [unknown, string | undefined][] = [
      [{ id: 'a\ud800', text: 'x' }, 'id'],
      [{ id: '', text: 'x' }, 'id'],
      [{ id: 7, text: 'x' }, 'id'],
      [{ id: 'x'.repeat(513), text: 'x' }, 'id'],
      [{ id: { toString: null }, text: 'x' }, 'id'],
      [{ id: `text:${'h'.repeat(43)}`, text: 'x' }, 'id'],
      [{ id: 'half', text: 'one half \udc00 of a pair' }, 'text'],
      [{ id: 'none' }, 'text'],
      [{ id: 'list', text: ['x'] }, 'text'],
      [{ id: 'array', text: 'x', metadata: [1] }, 'metadata'],
      [{ id: 'function', text: 'x', metadata: { tags: ['a', () => 1] } }, 'metadata.tags[1]'],
      [{ id: 'nan', text: 'x', metadata: { year: Number.NaN } }, 'metadata.year'],
      [{ id: 'undefined', text: 'x', metadata: { year: undefined } }, 'metadata.year'],
      [{ id: 'cycle', text: 'x', metadata: { cycle } }, 'metadata.cycle.self'],
      [{ id: 'proto', text: 'x', metadata: JSON.parse('{"__proto__": 1}') }, 'metadata.__proto__'],
      [trap, undefined],
      [null, undefined],
      [undefined, undefined],
      [7, undefined],
      [Symbol('s'), undefined],
    ]
    const { added, failed } = await add([...bad.map(([document]) => document as Document), book('good', 2, 'apple')], parts)
    expect(added).toEqual(['good'])
    expect(failed.map(({ field }) => field)).toEqual(bad.map(([, field]) => field))
    for (const { id, error } of failed) expect([typeof id, error instanceof Error]).toEqual(['string', true])
    expect(Object.keys(await wholeTexts(parts))).toEqual(['good'])
  })
})

describe('texts', () => {
  test('of millions of characters come back as they were, cut between characters', async () => {
    const parts = await openParts()
    // One line, so that the pieces' edges fall into pairs of surrogates.
    const text = `x${'🌲 tree '.repeat(300_000)}`
    const chunker = { fingerprint: 'one', chunk: ({ id }: Document) => [chunkOf(id, text.slice(0, 300))] }
    await add({ id: 'long', text }, { ...parts, chunker })
    expect((await readDocument('long', parts))!.text === text).toBe(true)
    expect(await parts.collection.count({ kind: 'text' })).toBe(3)
  })
  const chunkOf = (documentId: string, text: string) => ({
    id: `${documentId}#0`,
    documentId,
    start: 0,
    end: text.length,
    headings: [],
    text,
  })
})

describe('removing and renaming', () => {
  test('a thousand documents go in one write', async () => {
    const parts = await openParts()
    const documents = Array.from({ length: 1_100 }, (_, i) => book(`${i}.md`, 1, `fruit${i}`, { folder: i % 2 ? 'old' : 'new' }))
    await add(documents, parts)
    const before = (await parts.collection.status()).lsn
    const ids = documents.slice(0, 1_000).map(({ id }) => id)
    expect(await removeDocuments([...ids, 'absent'], parts)).toBe(1_000)
    expect((await parts.collection.status()).lsn).toBe(before + 1)
    expect(await removeDocuments({ filter: { folder: 'old' } }, parts)).toBe(50)
    expect(Object.keys(await wholeTexts(parts))).toHaveLength(50)
    expect(await clearLibrary(parts)).toBe(50)
    expect(await parts.collection.count()).toBe(0)
    await expect(removeDocuments([7] as never, parts)).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(removeDocuments({ filter: { $nope: 1 } as never }, parts)).rejects.toMatchObject({ code: 'invalid-filter' })
  })

  test.each([3, 1_200])('a document gets another id, and nothing is embedded (%i chunks)', async (count) => {
    const parts = await openParts()
    const document = book('a', count, 'apple', { year: 2020 })
    await add([document, book('b', 1, 'pear')], parts)
    const { length } = parts.embedder.embedded
    expect(await renameDocument('a', 'folder/a', parts)).toBe(true)
    expect(parts.embedder.embedded).toHaveLength(length)
    expect(await readDocument('folder/a', parts)).toEqual({ ...document, id: 'folder/a' })
    expect(Object.keys(await wholeTexts(parts)).sort()).toEqual(['b', 'folder/a'])
    expect((await add({ ...document, id: 'folder/a' }, parts)).unchanged).toEqual(['folder/a'])
    expect(await renameDocument('a', 'c', parts)).toBe(false)
    expect(await renameDocument('b', 'b', parts)).toBe(true)
    await expect(renameDocument('b', 'folder/a', parts)).rejects.toMatchObject({ code: 'conflict' })
    await expect(renameDocument('b', '', parts)).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(Object.keys(await wholeTexts(parts)).sort()).toEqual(['b', 'folder/a'])
  })

  type Change = (parts: LibraryParts) => Promise<unknown>
  const change: Change = (parts) => add(book('a', 4, 'pear'), parts)
  const overtake: Change = (parts) => add(book('new', 4, 'pear'), parts)
  test.each<[string, number, Change]>([
    ['changed', 3, change],
    ['changed', 1_200, change],
    ['overtaken', 3, overtake],
    ['overtaken', 1_200, overtake],
  ])('what another tab has %s meanwhile is not renamed over (%i chunks)', async (_, count, meanwhile) => {
    const parts = await openParts()
    await add(book('a', count, 'apple'), parts)
    // Before the last write of it.
    const changed = through(parts, { write: before(count > 1_000 ? 2 : 1, () => meanwhile(otherTab(parts))) })
    await expect(renameDocument('a', 'new', changed)).rejects.toMatchObject({ code: 'conflict' })
    const expected = await wholeTextsOf(meanwhile, count)
    expect(await wholeTexts(parts)).toEqual(expected)
  })

  async function wholeTextsOf(meanwhile: Change, count: number): Promise<Record<string, string>> {
    const parts = await openParts()
    await add(book('a', count, 'apple'), parts)
    await meanwhile(parts)
    return await wholeTexts(parts)
  }
})
