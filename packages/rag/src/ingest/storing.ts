import { isVoisinError } from '@voisin/spec'
import { type LibraryParts, pointsWhere } from '../stored.ts'
import { commitDocuments, type Moved, storeDrafts } from './commit.ts'
import { Embedding, type ReadonlyVectors, type Vectors } from './embed.ts'
import type { DocumentOutcome } from './outcome.ts'
import type { PlannedDocument, Row } from './plan.ts'

/** Rows that are stored together. */
interface Batch {
  readonly rows: readonly Row[]
  readonly vectors: Vectors
  /** Settles when they are embedded, or cannot be. */
  readonly embedding: Promise<void>
}

const NOTHING: Batch = { rows: [], vectors: new Map(), embedding: Promise.resolve() }

/** Embeds and stores planned documents, a batch of chunks at a time: while one is stored, the next is embedded. */
export class Storing {
  /** Documents that other tabs have changed meanwhile: they have to be planned anew. */
  readonly overtaken: PlannedDocument[] = []
  readonly #parts: LibraryParts
  readonly #call: { readonly signal?: AbortSignal }
  readonly #isFault: (error: unknown) => boolean
  readonly #settle: (outcome: DocumentOutcome) => void
  readonly #moved: Moved | undefined
  readonly #embedding: Embedding
  #rows: readonly Row[] = []
  #next = 0
  /** What is embedded already, or is being embedded. */
  #ahead: Batch | undefined
  /** Of documents that are neither stored nor given up: chunks that are not stored. */
  readonly #missing = new Map<PlannedDocument, number>()

  constructor(
    parts: LibraryParts,
    call: { readonly signal?: AbortSignal },
    isFault: (error: unknown) => boolean,
    settle: (outcome: DocumentOutcome) => void,
    moved?: Moved,
  ) {
    this.#parts = parts
    this.#moved = moved
    this.#call = call
    this.#isFault = isFault
    this.#settle = settle
    this.#embedding = new Embedding(parts, call)
  }

  /** Takes documents in. Returns how many chunks there are to store. */
  begin(planned: readonly PlannedDocument[]): number {
    const rows: Row[] = []
    for (const plan of planned) {
      const due = plan.rows.filter(({ index }) => !plan.drafts.has(index))
      this.#missing.set(plan, due.length)
      for (const row of due) rows.push(row)
    }
    this.#rows = rows
    return rows.length
  }

  get isDone(): boolean {
    return this.#missing.size === 0
  }

  /** Stores about so many chunks, and makes visible what is complete with them. Returns how many chunks it has looked at. */
  async storeNext(size: number): Promise<number> {
    // An ingest that was interrupted may have stored all of a document but the document itself.
    for (const [plan, missing] of this.#missing) if (missing === 0) await this.#store([], [plan], NOTHING)
    const batch = this.#ahead ?? this.#begin(size, new Map())
    this.#ahead = undefined
    // How it fared is looked at when it is stored.
    await batch.embedding.catch(() => {})
    if (this.#next < this.#rows.length) this.#ahead = this.#begin(size, batch.vectors)
    await this.#store(batch.rows, [], batch)
    return batch.rows.length
  }

  /** Begins to embed the next rows. @param before What was embedded last. */
  #begin(size: number, before: ReadonlyVectors): Batch {
    const rows = this.#take(size)
    this.#next += rows.length
    const vectors: Vectors = new Map()
    const embedding = this.#embedding.recall(rows, vectors, before).then(() => this.#embedding.embed(rows, vectors))
    // Whoever stops in between does not hear of it.
    embedding.catch(() => {})
    return { rows, vectors, embedding }
  }

  /** The next rows, no document's of a few cut in two: up to the end of a document, else up to where one begins. */
  #take(size: number): readonly Row[] {
    const rows = this.#rows.slice(this.#next, this.#next + 2 * size)
    const ends = (place: number) => rows[place]?.plan !== (rows[place + 1] ?? this.#rows[this.#next + rows.length])?.plan
    for (let place = Math.min(size, rows.length) - 1; place < rows.length; place++)
      if (ends(place)) return rows.slice(0, place + 1)
    for (let place = size - 2; place >= 0; place--) if (ends(place)) return rows.slice(0, place + 1)
    return rows.slice(0, size)
  }

  /**
   * @param rows Of the batch, all or some.
   * @param others Documents all of whose chunks are stored.
   */
  async #store(rows: readonly Row[], others: readonly PlannedDocument[], batch: Batch): Promise<void> {
    // What was given up while other rows were stored is no longer wanted.
    const due = rows.filter(({ plan }) => this.#missing.has(plan))
    if (due.length === 0 && others.length === 0) return
    try {
      await this.#storeAll(due, others, batch)
    } catch (error) {
      if (!this.#isFault(error)) throw error
      if (due.length > 1) {
        // Some chunk is to blame: halves, and halves of halves, show which.
        await this.#store(due.slice(0, due.length >> 1), others, batch)
        await this.#store(due.slice(due.length >> 1), others, batch)
      } else {
        await this.#fail(due[0]?.plan ?? others[0]!, error as Error)
      }
    }
  }

  async #storeAll(rows: readonly Row[], others: readonly PlannedDocument[], batch: Batch): Promise<void> {
    const { vectors } = batch
    await (rows.length === batch.rows.length ? batch.embedding : this.#embedding.embed(rows, vectors))
    const rowsOf = new Map<PlannedDocument, Row[]>(others.map((plan) => [plan, []]))
    for (const row of rows) {
      const known = rowsOf.get(row.plan)
      if (known === undefined) rowsOf.set(row.plan, [row])
      else known.push(row)
    }
    const complete: PlannedDocument[] = []
    const partial: PlannedDocument[] = []
    for (const [plan, { length }] of rowsOf) (this.#missing.get(plan) === length ? complete : partial).push(plan)
    const ofThese = (plans: readonly PlannedDocument[]) => plans.flatMap((plan) => rowsOf.get(plan)!)
    await this.#unlessOvertaken(complete, async (plans) => {
      await commitDocuments(plans, ofThese(plans), vectors, this.#parts, this.#moved)
      for (const plan of plans) {
        this.#missing.delete(plan)
        this.#settle({ id: plan.document.id, kind: plan.isKnown ? 'replaced' : 'added' })
      }
    })
    await this.#unlessOvertaken(partial, async (plans) => {
      await storeDrafts(ofThese(plans), vectors, this.#parts)
      for (const plan of plans) this.#missing.set(plan, this.#missing.get(plan)! - rowsOf.get(plan)!.length)
    })
  }

  /** A write of several documents; where that finds one overtaken, of one after the other, and those that are so are put aside. */
  async #unlessOvertaken(
    plans: readonly PlannedDocument[],
    write: (plans: readonly PlannedDocument[]) => Promise<void>,
  ): Promise<void> {
    if (plans.length === 0) return
    try {
      await write(plans)
    } catch (error) {
      if (!isVoisinError(error) || error.code !== 'conflict') throw error
      if (plans.length > 1) {
        for (const plan of plans) await this.#unlessOvertaken([plan], write)
        return
      }
      this.overtaken.push(plans[0]!)
      this.#missing.delete(plans[0]!)
    }
  }

  /** It will not be completed, and its drafts only take room. Where even that fails, `sweep` finds them. */
  async dropDrafts({ document, hash, drafts }: PlannedDocument): Promise<void> {
    if (drafts.size === 0) return
    const filter = pointsWhere({ documentId: document.id, hash, kind: 'draft' })
    await this.#parts.collection.delete({ filter }, this.#call).catch(() => {})
  }

  async #fail(plan: PlannedDocument, error: Error): Promise<void> {
    this.#missing.delete(plan)
    await this.dropDrafts(plan)
    this.#settle({ kind: 'failed', id: plan.document.id, error })
  }
}
