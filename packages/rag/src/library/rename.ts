import { type Chunker, ConflictError } from '@voisin/spec'
import { createChunker } from '../chunk/chunker.ts'
import { checkDocument } from '../ingest/check-document.ts'
import { planDocuments } from '../ingest/plan.ts'
import { Storing } from '../ingest/storing.ts'
import type { LibraryParts } from '../stored.ts'
import { readVersion } from './documents.ts'

export interface RenameOptions extends LibraryParts {
  /** @default createChunker() */
  readonly chunker?: Chunker
  readonly signal?: AbortSignal
}

const BATCH = 512

/**
 * Gives a document another id; at every moment it is there under one of the two, and nothing of it is embedded again, unless it was cut by
 * another chunker. Resolves to whether it was there.
 *
 * @throws {InvalidArgumentError} The new id is none.
 * @throws {ConflictError} There is a document of the new id, or another tab has changed or removed the document meanwhile: nothing is changed.
 */
export async function renameDocument(id: string, newId: string, options: RenameOptions): Promise<boolean> {
  const { signal, chunker = createChunker(), ...parts } = options
  const call = signal ? { signal } : {}
  const version = await readVersion(id, parts, call)
  if (version === undefined) return false
  if (id === newId) return true
  const renamed = checkDocument({ ...version.document, id: newId })
  if ('error' in renamed) throw renamed.error
  const { planned, unchanged, failed } = await planDocuments([renamed], chunker, parts, () => true, call)
  if (failed[0] !== undefined) throw failed[0].error
  const [plan] = planned
  if (plan === undefined || plan.isKnown || unchanged.length > 0) throw taken(newId)
  const storing = new Storing(
    parts,
    call,
    () => false,
    () => {},
    { id, hash: version.hash },
  )
  storing.begin([plan])
  while (!storing.isDone) {
    signal?.throwIfAborted()
    await storing.storeNext(BATCH)
  }
  if (storing.overtaken.length > 0) {
    await storing.dropDrafts(plan)
    throw overtaken(id, newId)
  }
  return true
}

function taken(id: string): ConflictError {
  return new ConflictError(`There is a document "${id}" already.`, {
    dataState: 'intact',
    remedy: 'Choose another id, or remove that document first.',
  })
}

function overtaken(id: string, newId: string): ConflictError {
  return new ConflictError(`Another tab has changed "${id}" or "${newId}" meanwhile.`, { retryable: true, dataState: 'intact' })
}
