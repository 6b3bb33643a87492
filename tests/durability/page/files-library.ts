// A library of text files, in the browser that is killed: while it takes them in, or while it takes over what version 0.1 has kept.
import { type ChunkPayload, embedChunk, embeddedText, type LibraryPayload, libraryFields } from '@voisin/rag'
import { listCollections, openCollection } from '@voisin/store'
import { type Library, openLibrary } from 'voisin'
import { createFakeEmbedder } from '../../support/fake-embedder.ts'
import { orphansOf, type TextFile, textFilesOf } from '../history/text-files.ts'
import type { FilesAdded, FilesFound, FilesSetting, FilesTask } from '../protocol.ts'
import { OLD_DOCUMENTS, writeOldLibrary } from './old-library.ts'
import { post } from './post.ts'

const NAME = 'files'
const DATABASE = 'durability'
const DIM = 64
/** Files are looked at so many at once: most of the time is the way to the worker and back. */
const AT_ONCE = 50

let batches = 0
/** When the last storing began. */
let begun = 0
let acknowledged = Promise.resolve()
const embedder = createFakeEmbedder({
  dim: DIM,
  async before(texts) {
    // In the order in which it happened.
    await acknowledged
    batches++
    // Nothing is stored of a batch that the harness does not know of.
    await post('/embedded', texts)
  },
})
/** The same, unheard. */
const witness = createFakeEmbedder({ dim: DIM })
const notices: string[] = []
let opened: Promise<Library> | undefined

export async function performOnFiles(task: FilesTask, setting: FilesSetting): Promise<unknown> {
  const files = textFilesOf(setting.files, setting.seed)
  if (task === 'age')
    return await writeOldLibrary(NAME, files, orphansOf(setting.seed), { database: DATABASE, embedder: witness })
  const library = await open(setting)
  if (task === 'add') return await add(library, files)
  if (task === 'look') return await look(library, [...files, ...orphansOf(setting.seed)])
  return undefined
}

function open({ durability, worker }: FilesSetting): Promise<Library> {
  opened ??= openLibrary(NAME, {
    embedder,
    database: DATABASE,
    durability,
    worker,
    onNotice({ kind, message }) {
      // At 'process' a kill may be a power cut as far as the store can tell: it says so, and nothing may be missing all the same.
      if (kind !== 'rolled-back' || durability === 'power') notices.push(`${kind}: ${message}`)
    },
    onProgress({ phase, done }) {
      if (phase === 'take over') void post(`/acknowledge?number=${done}`)
    },
  })
  return opened
}

async function add(library: Library, files: readonly TextFile[]): Promise<FilesAdded> {
  const inputs = files.map(({ name, text }) => new File([text], name, { type: 'text/markdown' }))
  const { added, unchanged, replaced, failed } = await library.add(inputs, {
    onProgress({ phase }) {
      // While a batch is stored the next one is embedded: what was embedded before the storing began is safe when it ends.
      if (phase === 'embed') begun = batches
      if (phase === 'store' && begun > 0) acknowledged = post(`/acknowledge?number=${begun}`)
    },
  })
  return { added, unchanged, replaced, failed: failed.map(({ id, error }) => `${id}: ${error}`) }
}

/** @param files All that may have been given. Those that are not listed must not be found either. */
async function look(library: Library, files: readonly TextFile[]): Promise<FilesFound> {
  const problems = [...notices]
  const documents = await library.documents()
  const listed = new Set(documents.map(({ id }) => id))
  if (listed.size !== documents.length) problems.push('a document is listed twice')
  for (const { id, isWhole } of documents) if (!isWhole) problems.push(`${id} is listed, and not whole`)
  for (const id of listed) if (!files.some(({ name }) => name === id)) problems.push(`${id} was never given`)
  const lookAt = async (file: TextFile) => {
    try {
      const what = listed.has(file.name) ? await faultOf(library, file) : await leftOf(library, file)
      if (what !== undefined) problems.push(`${file.name}: ${what}`)
    } catch (error) {
      problems.push(`${file.name}: ${error}`)
    }
  }
  for (let first = 0; first < files.length; first += AT_ONCE) await Promise.all(files.slice(first, first + AT_ONCE).map(lookAt))
  const { chunks, dataState, documents: count } = await library.status()
  const expected = documents.reduce((sum, { chunkCount }) => sum + chunkCount, 0)
  if (chunks !== expected) problems.push(`${chunks} chunks are there, and ${expected} belong to documents`)
  if (count !== listed.size) problems.push(`status() counts ${count} documents, documents() ${listed.size}`)
  if (dataState !== 'intact') problems.push(`the data are ${dataState}`)
  const names = (await listCollections({ database: DATABASE })).map(({ name }) => name)
  if (names.includes(NAME + OLD_DOCUMENTS)) problems.push('the old collection of documents is there')
  return { listed: [...listed], stored: await storedTexts(problems), problems }
}

/** What of a listed document is not as it was given, or is not found. */
async function faultOf(library: Library, { name, text, sections }: TextFile): Promise<string | undefined> {
  const document = await library.document(name)
  if (document?.text !== text) return 'its text is another one'
  if (document.metadata?.name !== name) return `its metadata are ${JSON.stringify(document.metadata)}`
  for (const { word } of sections) {
    const hits = await library.search(word, { using: 'words' })
    if (!hits.some(({ document: { id }, chunk }) => id === name && chunk.text.includes(word))) return `"${word}" is not found`
  }
  return undefined
}

/** What is found of a document that is not listed. */
async function leftOf(library: Library, { name, sections }: TextFile): Promise<string | undefined> {
  const word = sections[0]?.word as string
  const hits = await library.search(word, { using: 'words' })
  return hits.some(({ document: { id } }) => id === name) ? `it is not listed, and "${word}" is found` : undefined
}

/** What was embedded of every chunk that is stored, of drafts too, each with its own vector. */
async function storedTexts(problems: string[]): Promise<string[]> {
  const schema = { dim: DIM, model: embedder.fingerprint, fields: libraryFields }
  const collection = await openCollection<LibraryPayload>(NAME, { ...schema, database: DATABASE, worker: false })
  const texts: string[] = []
  const filter = { kind: { $in: ['chunk', 'draft'] } } as const
  for await (const { id, vector, payload } of collection.scroll({ filter, withVector: true })) {
    const chunk = payload as ChunkPayload
    // What was taken over was embedded with its titles in it.
    const ways = [await embedChunk(chunk, witness), await witness.embedQuery(embeddedText(chunk))]
    if (!ways.some((expected) => expected.every((value, at) => value === vector?.[at])))
      problems.push(`${id} has not its own vector`)
    texts.push(chunk.text)
  }
  await collection.close()
  return texts
}
