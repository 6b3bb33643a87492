import { type Library, openLibrary } from 'voisin'
import { createFakeEmbedder } from '../../support/fake-embedder.ts'
import type { Found } from '../history/history.ts'
import { libraryOperationOf, paragraphsOf, textOf } from '../history/library-history.ts'
import type { Setting } from '../protocol.ts'
import type { PageSubject } from './agent.ts'

const DIM = 256

export async function openLibrarySubject({ seed, durability, worker }: Setting): Promise<PageSubject> {
  const notices: string[] = []
  const library = await openLibrary('documents', {
    embedder: createFakeEmbedder({ dim: DIM }),
    database: 'durability',
    durability,
    worker,
    onNotice: ({ kind, message }) => void notices.push(`${kind}: ${message}`),
  })
  const add = async (documents: readonly (readonly [id: string, op: number])[]) => {
    const { failed } = await library.add(documents.map(([id, op]) => ({ id, text: textOf(op, id), metadata: { op } })))
    if (failed[0] !== undefined) throw failed[0].error
  }
  return {
    async write(number) {
      const operation = libraryOperationOf(seed, number)
      if (operation.kind === 'add') await add(operation.ids.map((id) => [id, number]))
      else for (const id of operation.ids) await library.remove(id)
    },
    inspect: () => inspect(library, notices),
    mend: add,
  }
}

async function inspect(library: Library, notices: readonly string[]): Promise<Found> {
  const entries: [string, string][] = []
  const damaged: [string, string][] = []
  for (const { id, metadata } of await library.documents()) {
    const op = Number(metadata.op)
    entries.push([id, `${op}`])
    try {
      const what = await faultOf(library, id, op)
      if (what !== undefined) damaged.push([id, what])
    } catch (error) {
      damaged.push([id, String(error)])
    }
  }
  const texts = new Map(entries.map(([id, op]) => [id, textOf(Number(op), id)]))
  const problems: string[] = []
  // Every chunk holds this word: nothing of a document that was removed or replaced may be found.
  for (const { document, chunk } of await library.search('sentence', { using: 'words', limit: 1_000 })) {
    if (!texts.get(document.id)?.includes(chunk.text)) problems.push(`a chunk is found that "${document.id}" does not hold`)
  }
  const { dataState, documents } = await library.status()
  if (documents !== entries.length) problems.push(`status() counts ${documents} documents, documents() ${entries.length}`)
  return { entries, damaged, problems, dataState, notices }
}

/** What of the document is not as write `op` made it, or is not found. */
async function faultOf(library: Library, id: string, op: number): Promise<string | undefined> {
  const document = await library.document(id)
  if (document?.text !== textOf(op, id)) return `its text is not that of write ${op}`
  for (const { word } of paragraphsOf(op, id)) {
    const hits = await library.search(word, { using: 'words', limit: 10 })
    if (!hits.some((hit) => hit.document.id === id && hit.chunk.text.includes(word))) return `its word "${word}" is not found`
  }
  return undefined
}
