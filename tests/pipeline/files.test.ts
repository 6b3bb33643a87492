import { type ChunkPayload, unpackPlaces } from '@voisin/rag'
import { html } from '@voisin/rag/load/html'
import { zip } from '@voisin/rag/load/zip'
import { openCollection } from '@voisin/store'
import { expect, onTestFinished, test } from 'vitest'
import { type Document, type Library, type LibraryOptions, openLibrary } from 'voisin'
import { createFakeEmbedder } from '../support/fake-embedder.ts'
import { tempDatabase } from '../support/temp-database.ts'

async function open(options: LibraryOptions): Promise<Library> {
  const library = await openLibrary('files', { embedder: createFakeEmbedder(), ...options })
  onTestFinished(() => library.close())
  return library
}

test('files are read by the loaders of the library, or of one call, and stay theirs who made them', async () => {
  const loader = html()
  onTestFinished(() => loader.close())
  const library = await open({ database: tempDatabase(), loaders: [loader] })
  const page = new File(['<html lang="en"><title>Bees</title><h1>Bees</h1><p>Bees make honey from nectar.'], 'bees.html')
  const phases = new Set<string>()
  const { added, failed } = await library.add([page, new File(['PK'], 'a.zip')], { onProgress: ({ phase }) => phases.add(phase) })
  expect(added).toEqual(['bees.html'])
  expect(failed.map(({ id, error }) => [id, error.message])).toEqual([
    ['a.zip', expect.stringContaining("import { zip } from '@voisin/rag/load/zip'")],
  ])
  expect([...phases]).toEqual(expect.arrayContaining(['read', 'chunk', 'store']))
  expect(await library.document('bees.html')).toEqual({
    id: 'bees.html',
    text: '# Bees\n\nBees make honey from nectar.',
    metadata: { name: 'bees.html', title: 'Bees', language: 'en' },
  })
  const [hit] = await library.search('honey')
  expect(hit!.chunk).toMatchObject({ text: 'Bees make honey from nectar.', headings: ['Bees'] })
  expect((await library.add(page)).unchanged).toEqual(['bees.html'])

  const unpacker = zip()
  onTestFinished(() => unpacker.close())
  const broken = new File(['PK'], 'a.zip')
  expect((await library.add(broken, { loaders: [unpacker] })).failed[0]!.error).toMatchObject({ code: 'corrupt-data' })
  await library.close()
  expect(await loader.load({ name: 'a', bytes: new TextEncoder().encode('<p>still here').buffer })).toMatchObject({
    text: 'still here',
  })
})

test('a document keeps its format and its places, and each chunk the places that it stands in', async () => {
  const database = tempDatabase()
  const library = await open({ database })
  const text = 'First page.\n\nSecond page, first line.\n\nThird page.'
  const document: Document = {
    id: 'book',
    text,
    metadata: { year: 1 },
    format: 'plain',
    places: [
      { start: 0, page: 1 },
      { start: 13, page: 2 },
      { start: text.indexOf('Third'), page: 3 },
    ],
  }
  await library.add(document)
  expect(await library.document('book')).toEqual(document)
  expect((await library.add(document)).unchanged).toEqual(['book'])
  expect(await library.rename('book', 'novel')).toBe(true)
  expect(await library.document('novel')).toEqual({ ...document, id: 'novel' })
  // Another page is another version; the same text with none is, too.
  const moved = { ...document, id: 'novel', places: document.places!.map((place) => ({ ...place, page: place.page! + 1 })) }
  expect((await library.add(moved)).replaced).toEqual(['novel'])
  const { format: _, places: __, ...plain } = moved
  expect((await library.add(plain)).replaced).toEqual(['novel'])
  await library.add(moved)
  await library.close()

  const collection = await openCollection('files', { dim: createFakeEmbedder().dim, database })
  onTestFinished(() => collection.close())
  for await (const { payload } of collection.scroll({ filter: { kind: 'chunk' } })) {
    const { places } = payload as unknown as ChunkPayload
    expect(unpackPlaces(places!).map(({ page }) => page)).toEqual([2, 3, 4])
  }
})

test('what is no place is refused, by its name', async () => {
  const library = await open({ durability: 'memory' })
  const bad: readonly (readonly [unknown, string])[] = [
    [
      {
        places: [
          { start: 1, page: 1 },
          { start: 0, page: 2 },
        ],
      },
      'places[1]',
    ],
    [{ places: [{ start: 7 }] }, 'places[0]'],
    [{ places: [{ start: 0, page: 1.5 }] }, 'places[0]'],
    [{ places: [{ start: 0, sheet: 3 }] }, 'places[0]'],
    [{ places: 'all' }, 'places'],
    [{ format: 3 }, 'format'],
  ]
  for (const [more, field] of bad) {
    const { failed } = await library.add({ id: 'a', text: 'a text', ...(more as object) })
    expect(failed).toMatchObject([{ id: 'a', field, error: { code: 'invalid-argument' } }])
  }
})
