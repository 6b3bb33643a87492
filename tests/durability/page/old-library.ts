import { createChunker, embeddedText, type OldDocumentPayload } from '@voisin/rag'
import type { Embedder, Payload, Point } from '@voisin/spec'
import { openCollection } from '@voisin/store'
import { contentHash } from '../../../packages/rag/src/hashes.ts'
import type { TextFile } from '../history/text-files.ts'

/** What the name of the second collection of a library had more. */
export const OLD_DOCUMENTS = '/documents'

/** Files written at once. */
const GROUP = 100

interface OldOptions {
  readonly database: string
  readonly embedder: Embedder
}

/**
 * Writes a library as version 0.1 (commit 0bcbd87) has: chunks in one collection, documents and their texts in another one.
 *
 * @param orphans Files of which only chunks are there.
 */
export async function writeOldLibrary(
  name: string,
  files: readonly TextFile[],
  orphans: readonly TextFile[],
  { database, embedder }: OldOptions,
): Promise<void> {
  const { dim, fingerprint } = embedder
  const where = { database, worker: false }
  const fields = { text: 'text', headings: 'text', documentId: 'keyword' } as const
  const collection = await openCollection<Payload>(name, { ...where, dim, model: fingerprint, fields })
  const documents = await openCollection<OldDocumentPayload>(name + OLD_DOCUMENTS, { ...where, dim: 1 })
  const all = [...files, ...orphans]
  for (let first = 0; first < all.length; first += GROUP) {
    const group = await Promise.all(all.slice(first, first + GROUP).map((file) => pointsOf(file, embedder)))
    await collection.upsert(group.flatMap(({ chunks }) => chunks))
    const claimed = group.slice(0, Math.max(0, files.length - first))
    if (claimed.length > 0) await documents.upsert(claimed.flatMap(({ heads }) => heads))
  }
  await collection.close()
  await documents.close()
}

const chunker = createChunker()

async function pointsOf({ name: id, text }: TextFile, embedder: Embedder) {
  const metadata = { name: id }
  const fingerprints = { chunkerFingerprint: chunker.fingerprint, embedderFingerprint: embedder.fingerprint }
  const hash = await contentHash({ id, text, metadata, ...fingerprints })
  const storedAt = new Date(0)
  const found = chunker.chunk({ id, text })
  const { data, dim } = await embedder.embedDocuments(found.map(embeddedText))
  const chunks = found.map(({ id: chunkId, documentId, ...chunk }, index): Point<Payload> => {
    const payload = { documentId, hash, chunkId, ...chunk, metadata, storedAt }
    return { id: `${hash}:${index}`, vector: data.subarray(index * dim, (index + 1) * dim), payload }
  })
  const head = { kind: 'document', hash, metadata, chunkCount: found.length, length: text.length, storedAt } as const
  const heads: Point<OldDocumentPayload>[] = [
    { id, payload: head },
    { id: `text:${hash}`, payload: { kind: 'text', text } },
  ]
  return { chunks, heads }
}
