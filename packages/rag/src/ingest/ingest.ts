import {
  type Chunk,
  type Chunker,
  type Document,
  InvalidArgumentError,
  isVoisinError,
  type Progress,
  type VectorBatch,
} from '@voisin/spec'
import { createChunker, embeddedText } from '../chunk/chunker.ts'
import { type ChunkPayload, chunkPointId, type LibraryParts } from '../stored.ts'
import { commitDocuments } from './commit.ts'
import type { DocumentOutcome, IngestResult } from './outcome.ts'
import { checkDocument, type PlannedDocument, planDocument } from './plan.ts'

export interface IngestOptions extends LibraryParts {
  /** @default createChunker() */
  readonly chunker?: Chunker
  /** Ends the ingest: it throws the signal's reason. What is done stays; the same ingest again goes on where this one ended. */
  readonly signal?: AbortSignal
  /** Called for each document as soon as it is stored, found unchanged, or has failed. */
  readonly onResult?: (outcome: DocumentOutcome) => void
}

interface Row {
  readonly planned: PlannedDocument
  readonly index: number
  readonly chunk: Chunk
}

const HEADS_AT_ONCE = 256
/** Chunks embedded and stored at once. It grows while that takes no time, so that progress is seen and an abort is heard. */
const FIRST_BATCH = 16
const SMALLEST_BATCH = 8
const LARGEST_BATCH = 512
const SHORT_MS = 250
const LONG_MS = 1_500

/** Failures of a document; any other code is a failure of what all documents need. */
const DOCUMENT_FAULTS = new Set<string>([
  'empty-text',
  'invalid-argument',
  'invalid-payload',
  'invalid-vector',
  'limit-exceeded',
  'inference-failed',
  'unsupported',
  'foreign',
])

/**
 * Stores documents so that they can be searched: cut into chunks, embedded, written. Yields progress (phase `chunk` in documents,
 * then `embed` and `store` in chunks) and returns what became of each document.
 *
 * A document is embedded only when its text, its metadata, the chunker or the embedder has changed. Its new chunks are written
 * first, the document itself last, and then its old chunks are deleted: at every moment a search sees the document as it was or as
 * it is, never a mixture. One bad document does not stop the others; it is in the result's `failed`. When the store or the model
 * fails altogether the ingest throws, and what was done until then stays.
 */
export async function* ingest(
  documents: Document | Iterable<Document>,
  options: IngestOptions,
): AsyncGenerator<Progress, IngestResult, void> {
  const { signal, onResult, chunker = createChunker(), ...parts } = options
  const outcomes: DocumentOutcome[] = []
  const settle = (outcome: DocumentOutcome) => {
    outcomes.push(outcome)
    onResult?.(outcome)
  }
  const isFault = (error: unknown) => signal?.aborted !== true && (!isVoisinError(error) || DOCUMENT_FAULTS.has(error.code))

  const planned: PlannedDocument[] = []
  const given = Symbol.iterator in documents ? [...documents] : [documents]
  const seen = new Set<string>()
  yield { phase: 'chunk', done: 0, total: given.length, unit: 'documents' }
  for (let first = 0; first < given.length; first += HEADS_AT_ONCE) {
    const valid: Document[] = []
    for (const document of given.slice(first, first + HEADS_AT_ONCE)) {
      try {
        checkDocument(document)
        if (seen.has(document.id)) throw duplicate(document.id)
        seen.add(document.id)
        valid.push(document)
      } catch (error) {
        settle({ id: String(document?.id), kind: 'failed', error: error as Error })
      }
    }
    signal?.throwIfAborted()
    const known = await parts.documents.retrieve(
      valid.map(({ id }) => id),
      { consistency: 'latest' },
    )
    for (const [index, document] of valid.entries()) {
      signal?.throwIfAborted()
      try {
        const plan = await planDocument(document, known[index], chunker, parts)
        if (plan.isUnchanged) settle({ id: document.id, kind: 'unchanged' })
        else planned.push(plan)
      } catch (error) {
        if (!isFault(error)) throw error
        settle({ id: document.id, kind: 'failed', error: error as Error })
      }
    }
    yield { phase: 'chunk', done: Math.min(first + HEADS_AT_ONCE, given.length), total: given.length, unit: 'documents' }
  }

  const missing = new Map(planned.map((plan) => [plan, plan.chunks.length - plan.storedChunks.size]))
  const finish = async () => {
    const finished = [...missing].filter(([, count]) => count === 0).map(([plan]) => plan)
    for (const plan of finished) missing.delete(plan)
    for (const outcome of await commitDocuments(finished, parts)) settle(outcome)
  }
  const store = async (rows: readonly Row[]): Promise<void> => {
    const due = rows.filter(({ planned: plan }) => missing.has(plan))
    if (due.length === 0) return
    try {
      await storeRows(due, parts, signal)
      for (const { planned: plan } of due) missing.set(plan, missing.get(plan)! - 1)
    } catch (error) {
      if (!isFault(error)) throw error
      if (due.length === 1) {
        missing.delete(due[0]!.planned)
        settle({ id: due[0]!.planned.document.id, kind: 'failed', error: error as Error })
      } else {
        // Some chunk is to blame: halves, and halves of halves, show which.
        await store(due.slice(0, due.length >> 1))
        await store(due.slice(due.length >> 1))
      }
    }
  }

  const rows = planned.flatMap((plan) => rowsOf(plan))
  const total = rows.length
  const started = performance.now()
  let size = FIRST_BATCH
  let done = 0
  await finish()
  while (done < total) {
    signal?.throwIfAborted()
    const elapsed = performance.now() - started
    const msLeft = done > 0 ? { msLeft: (elapsed / done) * (total - done) } : {}
    yield { phase: 'embed', done, total, unit: 'chunks', ...msLeft }
    const next = rows.slice(done, done + size)
    await store(next)
    await finish()
    done += next.length
    const took = performance.now() - started - elapsed
    if (took < SHORT_MS) size = Math.min(size * 2, LARGEST_BATCH)
    else if (took > LONG_MS) size = Math.max(size >> 1, SMALLEST_BATCH)
    yield { phase: 'store', done, total, unit: 'chunks' }
  }
  return toResult(outcomes)
}

function rowsOf(planned: PlannedDocument): Row[] {
  return planned.chunks.map((chunk, index) => ({ planned, index, chunk })).filter(({ index }) => !planned.storedChunks.has(index))
}

async function storeRows(
  rows: readonly Row[],
  { embedder, collection }: LibraryParts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const call = signal ? { signal } : {}
  const ids = rows.map(({ planned, index }) => chunkPointId(planned.hash, index))
  const payloads = rows.map(payloadOf)
  const texts = payloads.map(embeddedText)
  let vectors: VectorBatch
  try {
    vectors = await embedder.embedDocuments(texts, call)
  } catch (error) {
    // A text without a word that the model knows has no vector, and is found by its words alone.
    if (!isVoisinError(error) || error.code !== 'empty-text' || rows.length > 1) throw error
    await collection.upsert([{ id: ids[0]!, payload: payloads[0]! }], call)
    return
  }
  const fingerprint = vectors.fingerprint ?? embedder.fingerprint
  await collection.upsert({ ids, vectors: { ...vectors, fingerprint }, payloads }, { ...call, transfer: true })
}

function payloadOf({ planned: { document, hash, metadata }, chunk }: Row): ChunkPayload {
  const { id: chunkId, start, end, text } = chunk
  const headings = headingsOf(chunk, document)
  return { documentId: document.id, hash, chunkId, start, end, headings, text, metadata, storedAt: new Date() }
}

/** A document's own title (metadata.title) stands above its headings, unless it is one of them. */
function headingsOf({ headings }: Chunk, { metadata }: Document): readonly string[] {
  const title = metadata?.title
  return typeof title !== 'string' || title.trim() === '' || headings.includes(title) ? headings : [title, ...headings]
}

function duplicate(id: string): InvalidArgumentError {
  return new InvalidArgumentError(`Two documents of one call have the id "${id}".`, {
    expected: 'each id once',
    remedy: 'Give them different ids, or add only the last one.',
  })
}

function toResult(outcomes: readonly DocumentOutcome[]): IngestResult {
  const idsOf = (kind: DocumentOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).map(({ id }) => id)
  return {
    added: idsOf('added'),
    unchanged: idsOf('unchanged'),
    replaced: idsOf('replaced'),
    failed: outcomes.filter((outcome) => outcome.kind === 'failed').map(({ id, error }) => ({ id, error })),
  }
}
