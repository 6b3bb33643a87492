import { type Chunker, ConflictError, isVoisinError } from '@voisin/spec'
import { createChunker } from '../chunk/chunker.ts'
import { faultOfDocument } from '../ingest/check-document.ts'
import type { DocumentOutcome } from '../ingest/outcome.ts'
import { planDocuments } from '../ingest/plan.ts'
import { Storing } from '../ingest/storing.ts'
import type { LibraryParts } from '../stored.ts'
import { readDocument } from './documents.ts'

export interface RenameOptions extends LibraryParts {
  /** @default createChunker() */
  readonly chunker?: Chunker
  readonly signal?: AbortSignal
}

const BATCH = 512

/**
 * Gives a document another id; nothing of it is embedded again, and at every moment it is there under one of the two. Resolves to whether
 * it was there.
 *
 * @throws {InvalidArgumentError} The new id is none.
 * @throws {ConflictError} There is a document of the new id, or another tab has changed the document meanwhile: nothing is changed.
 */
export async function renameDocument(id: string, newId: string, options: RenameOptions): Promise<boolean> {
  const { signal, chunker = createChunker(), ...parts } = options
  const call = signal ? { signal } : {}
  const document = await readDocument(id, parts, call)
  const [head] = await parts.collection.retrieve([id], call)
  if (document === undefined || head?.payload.kind !== 'document') return false
  if (id === newId) return true
  const renamed = { ...document, id: newId }
  const fault = faultOfDocument(renamed)
  if (fault !== undefined) throw fault.error
  const isFault = (error: unknown) => isVoisinError(error) && error.code === 'empty-text'
  const { planned, failed } = await planDocuments([renamed], chunker, parts, isFault, call)
  const [plan] = planned
  if (failed[0] !== undefined) throw failed[0].error
  if (plan === undefined || plan.isKnown) throw taken(newId)
  const outcomes: DocumentOutcome[] = []
  const storing = new Storing(
    parts,
    call,
    () => false,
    (outcome) => void outcomes.push(outcome),
    { id, hash: head.payload.hash },
  )
  storing.begin([plan])
  while (!storing.isDone) {
    signal?.throwIfAborted()
    await storing.storeNext(BATCH)
  }
  if (storing.overtaken.length > 0) throw overtaken(id, newId)
  return outcomes.length > 0
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
