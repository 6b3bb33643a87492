import { createEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'
import type { Embedder } from '@voisin/spec'
import { documentOf, type MadeUpDocument } from '../data/documents.ts'
import { addAll, inOwnDatabase } from './own-database.ts'

const SECTIONS = 50
/** Away from the seeds of all other documents. */
const FIRST_SEED = 1e8

/** One document of 50 sections, so many of which are no longer as they were, and so often given other metadata. */
export function handbook(changedSections: number, changedMetadata = 0): MadeUpDocument {
  const seeds = Array.from({ length: SECTIONS }, (_, i) => FIRST_SEED + i + (i < changedSections ? SECTIONS : 0))
  return documentOf('handbook.md', seeds, { edition: changedMetadata })
}

/** How many texts are embedded when one section has changed, and when only the metadata have: in a library of its own, beside all timing. */
export async function countEmbedded(): Promise<{ readonly section: number; readonly metadata: number }> {
  const inner = await createEmbedder({ model: miniModel })
  let texts = 0
  const embedder: Embedder = {
    dim: inner.dim,
    maxTokens: inner.maxTokens,
    fingerprint: inner.fingerprint,
    embedDocuments: (given, options) => {
      texts += given.length
      return inner.embedDocuments(given, options)
    },
    embedQuery: (text, options) => inner.embedQuery(text, options),
    close: () => inner.close(),
  }
  try {
    return await inOwnDatabase({ embedder }, async (open) => {
      const library = await open()
      const ofAdding = async (document: MadeUpDocument) => {
        texts = 0
        await addAll(library, document)
        return texts
      }
      await ofAdding(handbook(0))
      return { section: await ofAdding(handbook(1)), metadata: await ofAdding(handbook(1, 1)) }
    })
  } finally {
    await inner.close()
  }
}
