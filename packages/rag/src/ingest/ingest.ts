import { type Chunker, ConflictError, type Document, InvalidArgumentError, isVoisinError, type Progress } from '@voisin/spec'
import { createChunker } from '../chunk/chunker.ts'
import type { LibraryParts } from '../stored.ts'
import { Turns } from '../turns.ts'
import { checkDocument } from './check-document.ts'
import { type DocumentOutcome, type IngestResult, toResult } from './outcome.ts'
import { type PlannedDocument, planDocuments } from './plan.ts'
import { Storing } from './storing.ts'

export interface IngestOptions extends LibraryParts {
  /** @default createChunker() */
  readonly chunker?: Chunker
  /** Ends the ingest: it throws the signal's reason. What is done stays; the same ingest again goes on where this one ended. */
  readonly signal?: AbortSignal
  /** Called for each document as soon as it is stored, found unchanged, or has failed. */
  readonly onResult?: (outcome: DocumentOutcome) => void
}

/** Documents that are looked up at once, or as many as have so many UTF-16 code units. */
const GROUP = 1_024
const GROUP_UNITS = 2 ** 22
/** Chunks embedded and stored at once. It grows while that takes no time, so that progress is seen and an abort is heard. */
const FIRST_BATCH = 16
const SMALLEST_BATCH = 8
const LARGEST_BATCH = 512
const SHORT_MS = 250
const LONG_MS = 1_500
/** How often a document is begun anew because other tabs have changed it meanwhile. */
const MOST_ATTEMPTS = 8

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
 * A text is embedded only when no chunk of the library is of the same text, whatever document it stands in. A document becomes visible,
 * and what it was before vanishes, in one write: at every moment, in every tab, a search sees it as it was or as it is, and of two tabs
 * that replace it one wins. One bad document does not stop the others; it is in the result's `failed`. When the store or the model
 * fails altogether the ingest throws, and what was done until then stays.
 */
export async function* ingest(
  documents: Document | Iterable<Document>,
  options: IngestOptions,
): AsyncGenerator<Progress, IngestResult, void> {
  const { signal, onResult, chunker = createChunker(), ...parts } = options
  const call = signal ? { signal } : {}
  const outcomes: DocumentOutcome[] = []
  let broken: { readonly error: unknown } | undefined
  const settle = (outcome: DocumentOutcome) => {
    outcomes.push(outcome)
    try {
      onResult?.(outcome)
    } catch (error) {
      // The caller's own, and no document's: thrown as soon as what is being stored is.
      broken ??= { error }
    }
  }
  const goOn = () => {
    signal?.throwIfAborted()
    if (broken !== undefined) throw broken.error
  }
  const isFault = (error: unknown) => signal?.aborted !== true && (!isVoisinError(error) || DOCUMENT_FAULTS.has(error.code))

  const given: readonly unknown[] = Symbol.iterator in documents ? [...documents] : [documents]
  let due: Document[] = []
  const seen = new Set<string>()
  const turns = new Turns()
  for (const document of given) {
    await turns.next()
    const checked = checkDocument(document)
    const fault = 'error' in checked ? checked : faultOfTwice(checked, seen)
    if (fault === undefined) due.push(checked as Document)
    else settle({ kind: 'failed', ...fault })
  }
  const invalid = given.length - due.length
  // Once for all; what other tabs were faster with is begun anew, and counts no second time.
  for (let attempt = 1; due.length > 0 || attempt === 1; attempt++) {
    const planning = plan(due, (group) => planDocuments(group, chunker, parts, isFault, call), settle)
    const storing = new Storing(parts, call, isFault, settle)
    let planned: PlannedDocument[]
    if (attempt === 1) {
      yield { phase: 'chunk', done: 0, total: given.length, unit: 'documents' }
      for (;;) {
        const step = await planning.next()
        if (step.done) {
          planned = step.value
          break
        }
        yield { phase: 'chunk', done: invalid + step.value, total: given.length, unit: 'documents' }
      }
      yield* store(planned, storing, goOn)
    } else {
      planned = await finish(planning)
      await finish(store(planned, storing, goOn))
    }
    due = storing.overtaken.map(({ document }) => document)
    if (attempt < MOST_ATTEMPTS) continue
    for (const plan of storing.overtaken) {
      await storing.dropDrafts(plan)
      const { id } = plan.document
      settle({ kind: 'failed', id, error: overtaken(id) })
    }
    break
  }
  goOn()
  return toResult(outcomes)
}

/** Plans documents group by group; yields how many are looked at. */
async function* plan(
  documents: readonly Document[],
  planGroup: (group: readonly Document[]) => ReturnType<typeof planDocuments>,
  settle: (outcome: DocumentOutcome) => void,
): AsyncGenerator<number, PlannedDocument[], void> {
  const all: PlannedDocument[] = []
  let first = 0
  while (first < documents.length) {
    let [end, units] = [first, 0]
    while (end < documents.length && end < first + GROUP && units < GROUP_UNITS) units += documents[end++]!.text.length
    const { unchanged, planned, failed } = await planGroup(documents.slice(first, end))
    for (const id of unchanged) settle({ id, kind: 'unchanged' })
    for (const failure of failed) settle({ kind: 'failed', ...failure })
    for (const each of planned) all.push(each)
    first = end
    yield end
  }
  return all
}

/** Embeds and stores what was planned, in batches whose size follows the time they take. */
async function* store(
  planned: readonly PlannedDocument[],
  storing: Storing,
  goOn: () => void,
): AsyncGenerator<Progress, void, void> {
  const total = storing.begin(planned)
  const started = performance.now()
  let size = FIRST_BATCH
  let done = 0
  while (!storing.isDone) {
    goOn()
    const elapsed = performance.now() - started
    const msLeft = done > 0 ? { msLeft: (elapsed / done) * (total - done) } : {}
    yield { phase: 'embed', done, total, unit: 'chunks', ...msLeft }
    done += await storing.storeNext(size)
    const took = performance.now() - started - elapsed
    if (took < SHORT_MS) size = Math.min(size * 2, LARGEST_BATCH)
    else if (took > LONG_MS) size = Math.max(size >> 1, SMALLEST_BATCH)
    yield { phase: 'store', done, total, unit: 'chunks' }
  }
}

async function finish<T>(steps: AsyncGenerator<unknown, T, void>): Promise<T> {
  for (;;) {
    const step = await steps.next()
    if (step.done) return step.value
  }
}

function faultOfTwice({ id }: Document, seen: Set<string>) {
  if (!seen.has(id)) {
    seen.add(id)
    return undefined
  }
  const error = new InvalidArgumentError(`Two documents of one call have the id "${id}".`, {
    expected: 'each id once',
    remedy: 'Give them different ids, or add only the last one.',
  })
  return { id, error, field: 'id' }
}

function overtaken(id: string): ConflictError {
  return new ConflictError(`Other tabs change the document "${id}" faster than it can be stored.`, {
    retryable: true,
    dataState: 'intact',
    remedy: 'Add it again.',
  })
}
