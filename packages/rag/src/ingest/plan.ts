import { type Chunk, type Chunker, type Document, EmptyTextError, type Metadata, type Payload } from '@voisin/spec'
import { contentHash, embeddedHash, twinOf } from '../hashes.ts'
import { type DocumentPayload, type LibraryParts, pointsWhere } from '../stored.ts'
import { Turns } from '../turns.ts'
import { wholeOf } from '../whole.ts'
import { checkSize } from './check-size.ts'
import { toEmbedOf } from './titled.ts'

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

/** One whose rows are being named by their hashes. */
type Plan = PlannedDocument & { readonly rows: Row[] }

/** Documents of one group, by what has to be done. */
export interface Plans {
  readonly unchanged: readonly string[]
  readonly planned: readonly PlannedDocument[]
  readonly failed: readonly { readonly id: string; readonly error: Error }[]
}

type Given = Pick<PlannedDocument, 'document' | 'metadata' | 'hash'>

interface Hashed extends Given {
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
  const turns = new Turns()
  const ids = documents.map(({ id }) => id)
  const reading = collection.retrieve(ids, { ...call, consistency: 'latest' })
  // What is there is read while what is given is hashed.
  const [heads, given] = await Promise.all([reading, hashAll(documents, chunker, embedder, turns)])
  const hashed = given.map(({ document, metadata, hash }, i): Hashed => {
    const head = heads[i]?.payload
    const known = head?.kind === 'document' ? head : undefined
    const isSame = known?.hash === hash || known?.hash === twinOf(hash)
    return { document, metadata, hash, known, isSame }
  })
  const same = hashed.flatMap(({ known, isSame }) => (isSame ? [known!] : []))
  const whole = await wholeOf(same, { collection }, call)
  const unchanged: string[] = []
  const planned: Plan[] = []
  const rows: (Omit<Row, 'embedded'> & { readonly plan: Plan })[] = []
  const names: Promise<string>[] = []
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
      // What is stored again takes another name than what is there.
      const name = known?.hash === hash ? twinOf(hash) : hash
      const plan: Plan = { document, metadata, hash: name, isKnown: known !== undefined, rows: [], drafts: new Set() }
      planned.push(plan)
      for (const [index, chunk] of chunks.entries()) {
        const turn = turns.next()
        if (turn !== undefined) await turn
        const headings = headingsOf(chunk, metadata)
        const toEmbed = toEmbedOf({ ...chunk, headings })
        rows.push({ plan, index, chunk, headings, toEmbed })
        names.push(embeddedHash(toEmbed, embedder.fingerprint))
      }
    } catch (error) {
      if (!isFault(error)) throw error
      failed.push({ id: document.id, error: error as Error })
    }
  }
  for (const [i, embedded] of (await Promise.all(names)).entries()) {
    const row = rows[i]!
    row.plan.rows.push({ ...row, embedded })
  }
  await findDrafts(planned, { collection }, call)
  return { unchanged, planned, failed }
}

async function hashAll(
  documents: readonly Document[],
  chunker: Chunker,
  embedder: LibraryParts['embedder'],
  turns: Turns,
): Promise<Given[]> {
  const fingerprints = { chunkerFingerprint: chunker.fingerprint, embedderFingerprint: embedder.fingerprint }
  const hashing: Promise<Given>[] = []
  for (const document of documents) {
    await turns.next()
    const metadata = (document.metadata ?? {}) as Payload
    hashing.push(contentHash({ ...document, metadata, ...fingerprints }).then((hash) => ({ document, metadata, hash })))
  }
  return await Promise.all(hashing)
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

/** A document's own title (metadata.title) stands above its headings, unless it is one of them. */
function headingsOf({ headings }: Chunk, { title }: Metadata): readonly string[] {
  return typeof title !== 'string' || title.trim() === '' || headings.includes(title) ? headings : [title, ...headings]
}

function empty(id: string): EmptyTextError {
  return new EmptyTextError(`The document "${id}" has no visible character.`, { expected: 'a text to search for' })
}
