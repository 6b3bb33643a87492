import type { Point } from '@voisin/spec'
import { chunkPointId, type DocumentPayload, type LibraryParts, textPointId } from '../stored.ts'
import type { DocumentOutcome } from './outcome.ts'
import type { PlannedDocument } from './plan.ts'

/** All ids of the chunks of a stored document. */
function chunkIdsOf({ hash, chunkCount }: { readonly hash: string; readonly chunkCount: number }): string[] {
  return Array.from({ length: chunkCount }, (_, index) => chunkPointId(hash, index))
}

/**
 * Makes documents visible whose chunks are all stored, in one atomic write, and deletes the chunks of the versions they replace. It
 * takes no signal: it is short, and a document that is complete should be seen.
 */
export async function commitDocuments(
  finished: readonly PlannedDocument[],
  { collection, documents }: LibraryParts,
): Promise<DocumentOutcome[]> {
  if (finished.length === 0) return []
  // Another tab may have replaced them since they were planned.
  const before = await documents.retrieve(
    finished.map(({ document }) => document.id),
    { consistency: 'latest' },
  )
  const storedAt = new Date()
  const upsert: Point<DocumentPayload>[] = []
  const oldTexts: string[] = []
  const oldChunks: string[] = []
  for (const [index, { document, metadata, hash, chunks }] of finished.entries()) {
    const payload = {
      kind: 'document',
      hash,
      metadata,
      chunkCount: chunks.length,
      length: document.text.length,
      storedAt,
    } as const
    upsert.push({ id: document.id, payload }, { id: textPointId(hash), payload: { kind: 'text', text: document.text } })
    const old = before[index]?.payload
    if (old?.kind !== 'document' || old.hash === hash) continue
    oldTexts.push(textPointId(old.hash))
    oldChunks.push(...chunkIdsOf(old))
  }
  await documents.write({ upsert, delete: oldTexts })
  if (oldChunks.length > 0) await collection.delete(oldChunks)
  return finished.map(({ document }, index) => ({ id: document.id, kind: before[index] ? 'replaced' : 'added' }))
}

/** Deletes a document and its chunks. Resolves to whether it was there. */
export async function removeDocument(
  id: string,
  { collection, documents }: Pick<LibraryParts, 'collection' | 'documents'>,
): Promise<boolean> {
  const [point] = await documents.retrieve([id], { consistency: 'latest' })
  if (point?.payload.kind !== 'document') return false
  // Without its document no chunk is shown, so a crash between the two writes leaves nothing to be seen.
  await documents.delete([id, textPointId(point.payload.hash)])
  await collection.delete({ filter: { documentId: id } })
  return true
}

/** Chunks without a document are kept for this long: an ingest in any tab may still be about to finish theirs. */
const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * Deletes chunks that belong to no document: what a crash in the middle of an ingest has left. They are never shown, but take room.
 * Reads every chunk. Resolves to how many were deleted.
 *
 * @param options.olderThanMs Only chunks written longer ago than this. @default a day
 */
export async function sweep(
  { collection, documents }: Pick<LibraryParts, 'collection' | 'documents'>,
  { olderThanMs = DAY_MS, signal }: { readonly olderThanMs?: number; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const hashes = new Set<string>()
  const call = signal ? { signal } : {}
  // Chunks are looked at first: a document that is committed in between then counts as there.
  const orphans = new Map<string, string>()
  const newest = Date.now() - olderThanMs
  for await (const { id, payload } of collection.scroll(call)) {
    if (payload.storedAt.getTime() <= newest) orphans.set(id as string, payload.hash)
  }
  for await (const { payload } of documents.scroll({ ...call, consistency: 'latest' })) {
    if (payload.kind === 'document') hashes.add(payload.hash)
  }
  const ids = [...orphans].filter(([, hash]) => !hashes.has(hash)).map(([id]) => id)
  if (ids.length > 0) await collection.delete(ids, call)
  return ids.length
}
