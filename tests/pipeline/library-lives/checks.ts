import { createChunker, ingest, listDocuments, readDocument, search } from '@voisin/rag'
import type { LibraryTab } from './library-tab.ts'

const chunker = createChunker()

/** What a library holds, by document: its text. @throws Something in it does not fit together. */
export async function lookAt({ parts }: LibraryTab): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  let chunks = 0
  let pieces = 0
  for await (const { id, isWhole, chunkCount } of listDocuments(parts)) {
    const document = await readDocument(id, parts)
    if (document === undefined) throw new Error(`${id} is listed and cannot be read`)
    if (!isWhole) throw new Error(`${id} is not whole`)
    const expected = chunker.chunk(document).map(({ text }) => text)
    const found: string[] = []
    for await (const { payload } of parts.collection.scroll({ filter: { documentId: id, kind: 'chunk' } })) {
      if (payload.kind === 'chunk') found.push(payload.text)
    }
    if (found.length !== chunkCount || found.sort().join('\n') !== expected.sort().join('\n')) {
      throw new Error(`${id} has ${found.length} chunks that are not those of its text`)
    }
    chunks += chunkCount
    pieces++
    texts.set(id, document.text)
  }
  const count = (kind: 'chunk' | 'text') => parts.collection.count({ kind })
  if ((await count('chunk')) !== chunks) throw new Error(`${await count('chunk')} chunks are found, and documents have ${chunks}`)
  if ((await count('text')) !== pieces) throw new Error(`${await count('text')} texts are kept, and documents have ${pieces}`)
  return texts
}

/** Whatever is listed is there already: adding it again does nothing and embeds nothing. */
export async function addAgain({ parts }: LibraryTab, texts: ReadonlyMap<string, string>): Promise<void> {
  const documents = []
  for (const id of texts.keys()) documents.push((await readDocument(id, parts))!)
  const before = (parts.embedder as unknown as { readonly embedded: readonly string[] }).embedded.length
  const steps = ingest(documents, parts)
  for (;;) {
    const step = await steps.next()
    if (!step.done) continue
    const { unchanged, failed } = step.value
    if (unchanged.length !== texts.size)
      throw new Error(`Of ${texts.size} documents ${unchanged.length} are unchanged: ${failed[0]?.error}`)
    break
  }
  const { embedded } = parts.embedder as unknown as { readonly embedded: readonly string[] }
  if (embedded.length !== before) throw new Error(`${embedded.length - before} texts were embedded again`)
}

/** At any moment: what is found of a document is of one version of it. @param ever All its versions. */
export async function searchOnce({ parts }: LibraryTab, ever: (id: string) => Iterable<string | undefined>): Promise<void> {
  const hits = await search('apple shared version part', { ...parts, limit: 200 })
  const ofDocument = new Map<string, typeof hits>()
  for (const hit of hits) ofDocument.set(hit.document.id, [...(ofDocument.get(hit.document.id) ?? []), hit])
  for (const [id, found] of ofDocument) {
    const isOf = (text: string | undefined) =>
      found.every(({ chunk }) => text !== undefined && text.slice(chunk.start, chunk.end) === chunk.text)
    if (![...ever(id)].some(isOf)) throw new Error(`What is found of ${id} is of no one version`)
  }
}
