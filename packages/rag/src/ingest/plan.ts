import { type Chunk, type Chunker, type Document, EmptyTextError, type Metadata, type Payload } from '@voisin/spec'
import { embeddedText } from '../chunk/chunker.ts'
import { contentHash, embeddedHash, twinOf } from '../hashes.ts'
import { type DocumentPayload, type LibraryParts, pointsWhere } from '../stored.ts'
import { Turns } from '../turns.ts'
import { wholeOf } from '../whole.ts'
import { checkSize } from './check-size.ts'

/** A chunk that is to be stored. */
export interface Row {
  readonly plan: PlannedDocument
  readonly index: number
  readonly chunk: Chunk
  /** Titles the chunk stands under: its document's own, and those of its sections. */
  readonly headings: readonly string[]
  /** What is embedded of it, and the hash that this is remembered by. */
  readonly toEmbed: string
  readonly embedded: string
}

/** A document that has to be stored. */
export interface PlannedDocument {
  readonly document: Document
  readonly metadata: Payload
  readonly hash: string
  /** Whether one of its id was there. */
  readonly isKnown: boolean
  readonly rows: readonly Row[]
  /** Indexes of the chunks that are stored as drafts: of an ingest that was interrupted, or by this one. */
  readonly drafts: Set<number>
}

/** Documents of one group, by what has to be done. */
export interface Plans {
  readonly unchanged: readonly string[]
  readonly planned: readonly PlannedDocument[]
  readonly failed: readonly { readonly id: string; readonly error: Error }[]
}

interface Hashed extends Pick<PlannedDocument, 'document' | 'metadata' | 'hash'> {
  readonly known: DocumentPayload | undefined
  /** Whether what is stored has the same content. */
  readonly isSame: boolean
}

/**
 * Decides what has to be done for documents, by what is stored under their ids in any tab. What is listed but not whole, because a fault
 * has taken some of it, has to be done again.
 *
 * @param documents Each checked, and each id once.
 * @param isFault Whether an error is one document's own; others are thrown.
 */
export async function planDocuments(
  documents: readonly Document[],
  chunker: Chunker,
  { embedder, collection }: LibraryParts,
  isFault: (error: unknown) => boolean,
  call: { readonly signal?: AbortSignal },
): Promise<Plans> {
  const heads = await collection.retrieve(
    documents.map(({ id }) => id),
    { ...call, consistency: 'latest' },
  )
  const turns = new Turns()
  const given: { readonly document: Document; readonly metadata: Payload }[] = []
  const hashing: Promise<string>[] = []
  for (const document of documents) {
    await turns.next()
    const metadata = (document.metadata ?? {}) as Payload
    const fingerprints = { chunkerFingerprint: chunker.fingerprint, embedderFingerprint: embedder.fingerprint }
    given.push({ document, metadata })
    hashing.push(contentHash({ ...document, metadata, ...fingerprints }))
  }
  const hashes = await Promise.all(hashing)
  const hashed = given.map(({ document, metadata }, i): Hashed => {
    const hash = hashes[i]!
    const head = heads[i]?.payload
    const known = head?.kind === 'document' ? head : undefined
    const isSame = known?.hash === hash || known?.hash === twinOf(hash)
    // What is stored again takes another name than what is there.
    return { document, metadata, hash: known?.hash === hash ? twinOf(hash) : hash, known, isSame }
  })
  const same = hashed.flatMap(({ known, isSame }) => (isSame ? [known!] : []))
  const whole = await wholeOf(same, { collection }, call)
  const unchanged: string[] = []
  const planned: PlannedDocument[] = []
  const failed: { id: string; error: Error }[] = []
  for (const { document, metadata, hash, known, isSame } of hashed) {
    call.signal?.throwIfAborted()
    await turns.next()
    if (isSame && whole.has(document.id)) {
      unchanged.push(document.id)
      continue
    }
    try {
      const chunks = chunker.chunk(document)
      if (chunks.length === 0) throw empty(document.id)
      checkSize(document, metadata, chunks)
      const plan = { document, metadata, hash, isKnown: known !== undefined, rows: [] as Row[], drafts: new Set<number>() }
      for (const [index, chunk] of chunks.entries()) {
        const turn = turns.next()
        if (turn !== undefined) await turn
        plan.rows.push(rowOf(plan, index, chunk, embedder.fingerprint))
      }
      planned.push(plan)
    } catch (error) {
      if (!isFault(error)) throw error
      failed.push({ id: document.id, error: error as Error })
    }
  }
  await findDrafts(planned, { collection }, call)
  return { unchanged, planned, failed }
}

/** What an interrupted ingest of the same versions has stored. */
async function findDrafts(
  planned: readonly PlannedDocument[],
  { collection }: Pick<LibraryParts, 'collection'>,
  call: { readonly signal?: AbortSignal },
): Promise<void> {
  if (planned.length === 0 || (await collection.count({ kind: 'draft' }, call)) === 0) return
  const byHash = new Map(planned.map((plan) => [plan.hash, plan]))
  const ids = planned.map(({ document }) => document.id)
  const filter = pointsWhere({ documentId: { $in: ids }, kind: 'draft' })
  for await (const { id, payload } of collection.scroll({ ...call, filter })) {
    byHash.get(payload.hash)?.drafts.add(Number(String(id).slice(payload.hash.length + 1)))
  }
}

function rowOf(plan: PlannedDocument, index: number, chunk: Chunk, fingerprint: string): Row {
  const headings = headingsOf(chunk, plan.metadata)
  const toEmbed = embeddedText({ headings, text: chunk.text })
  return { plan, index, chunk, headings, toEmbed, embedded: embeddedHash(toEmbed, fingerprint) }
}

/** A document's own title (metadata.title) stands above its headings, unless it is one of them. */
function headingsOf({ headings }: Chunk, { title }: Metadata): readonly string[] {
  return typeof title !== 'string' || title.trim() === '' || headings.includes(title) ? headings : [title, ...headings]
}

function empty(id: string): EmptyTextError {
  return new EmptyTextError(`The document "${id}" has no visible character.`, { expected: 'a text to search for' })
}
