import { calibrate, ingest, type LibraryParts, type LibraryPayload, libraryFields, search } from '@voisin/rag'
import { type Embedder, isVoisinError } from '@voisin/spec'
import { openMemoryCollection } from '@voisin/store'
import type { SetDocument } from './data-sets.ts'

/** How a library is asked; `both` with the product's own weights. */
export type Using = 'words' | 'meaning' | 'both'

/** So many chunks hold ten documents, unless one of them has more than its share. */
const CHUNKS = 50

/** A library's text of a document: its title is the heading that its chunks stand under. */
export function libraryText({ title, text }: SetDocument): string {
  return title === '' ? text : `# ${title}\n\n${text}`
}

/** A library in memory with these documents in it: cut, embedded and stored as an app's are, and calibrated as it does by itself. */
export async function openFilled(name: string, documents: readonly SetDocument[], embedder: Embedder): Promise<LibraryParts> {
  const collection = await openMemoryCollection<LibraryPayload>(`quality-${name}`, { dim: embedder.dim, fields: libraryFields })
  const parts = { collection, embedder }
  // What has no text cannot be found, and is no document to a library.
  const given = documents.map((each) => ({ id: each.id, text: libraryText(each) })).filter(({ text }) => text.trim() !== '')
  const ingesting = ingest(given, parts)
  for (;;) {
    const { done, value } = await ingesting.next()
    if (!done) continue
    const [failed] = value.failed
    if (failed === undefined) {
      const calibration = await calibrate(parts)
      return { ...parts, ...(calibration && { calibration }) }
    }
    await collection.close()
    throw new Error(`${value.failed.length} documents of ${name} cannot be stored; the first is ${failed.id}.`, {
      cause: failed.error,
    })
  }
}

/**
 * Ids of the documents that a library's search finds, in the order of their best chunks.
 *
 * @param denseWeight Instead of the product's own weights.
 */
export async function findDocuments(
  question: string,
  parts: LibraryParts,
  using: Using,
  denseWeight?: number,
): Promise<readonly string[]> {
  try {
    const passages = await search(question, {
      ...parts,
      using,
      limit: CHUNKS,
      ...(denseWeight !== undefined && { denseWeight }),
    })
    return [...new Set(passages.map(({ document }) => document.id))]
  } catch (error) {
    // The model knows no word of the question: nothing is found.
    if (isVoisinError(error) && error.code === 'empty-text') return []
    throw error
  }
}
