import { ifWhole } from '@voisin/bytes'
import { readRecords, UNREADABLE } from '../database/patiently.ts'
import type { Storage, Transaction, TransactionOptions } from '../database/storage.ts'
import type { Clock } from '../database/world.ts'
import { type BlockContent, type BlockRows, openBody, type SealedBlock, sealBlock } from './block-codec.ts'
import type { BlockReference } from './block-reference.ts'

export const HEAD = 0
export const BODY = 1

const BYTES_PER_WRITE = 2 * 2 ** 20
const READS_IN_FLIGHT = 8

/** One block as it was found. */
export interface FoundBlock {
  readonly reference: BlockReference
  /** Undefined where it is damaged, missing or unreadable. */
  readonly rows: BlockRows | undefined
  /** Its read failed: nobody knows yet whether it is damaged. */
  readonly isUnreadable: boolean
}

export interface BlockWriterOptions extends TransactionOptions {
  /** Told of the blocks of each transaction that was committed. */
  readonly onStored?: (references: readonly BlockReference[]) => void
}

/** Stores blocks, several to a transaction, always strict: a relaxed one can be gone while the record that names it survives. */
export class BlockWriter {
  readonly #storage: Storage
  readonly #collection: number
  readonly #randomNumber: () => number
  readonly #checkExists: (transaction: Transaction) => Promise<void>
  readonly #options: TransactionOptions
  readonly #onStored: (references: readonly BlockReference[]) => void
  readonly #written: BlockReference[] = []
  #waiting: SealedBlock[] = []
  #waitingBytes = 0

  /** @param checkExists Refuses, inside a transaction that may look into the catalog, where the collection is no more. */
  constructor(
    storage: Storage,
    collection: number,
    randomNumber: () => number,
    checkExists: (transaction: Transaction) => Promise<void>,
    { onStored = () => {}, ...options }: BlockWriterOptions = {},
  ) {
    this.#storage = storage
    this.#collection = collection
    this.#randomNumber = randomNumber
    this.#checkExists = checkExists
    this.#options = options
    this.#onStored = onStored
  }

  async add(content: BlockContent): Promise<BlockReference> {
    const block = sealBlock(this.#randomNumber(), content)
    this.#waiting.push(block)
    this.#written.push(block.reference)
    this.#waitingBytes += block.body.length
    if (this.#waitingBytes >= BYTES_PER_WRITE) await this.flush()
    return block.reference
  }

  async flush(): Promise<void> {
    const blocks = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    if (blocks.length === 0) return
    const work = async (transaction: Transaction) => {
      // What is stored for a collection that was deleted would never be found again.
      await this.#checkExists(transaction)
      await Promise.all(
        blocks.flatMap(({ reference: { id }, head, body }) => [
          transaction.add('blocks', [this.#collection, id, HEAD], head),
          transaction.add('blocks', [this.#collection, id, BODY], body),
        ]),
      )
    }
    await this.#storage.write(['catalog', 'blocks', 'meta'], 'strict', work, this.#options)
    this.#onStored(blocks.map(({ reference }) => reference))
  }

  /** Deletes what was stored: nothing names it and nothing will. Where that fails it lies there until it is swept. */
  async discard(): Promise<void> {
    const ids = this.#written.map(({ id }) => id)
    this.#waiting = []
    if (ids.length === 0) return
    await this.#storage
      .write(['blocks'], 'relaxed', (transaction) => deleteBlocks(transaction, this.#collection, ids))
      .catch(() => {})
  }
}

export async function deleteBlocks(transaction: Transaction, collection: number, ids: Iterable<number>): Promise<void> {
  for (const id of ids) await transaction.deleteRange('blocks', { prefix: [collection, id] })
}

/** Whether the bodies of all these are there. */
export async function areThere(
  transaction: Transaction,
  collection: number,
  references: readonly BlockReference[],
): Promise<boolean> {
  const found = await Promise.all(
    references.map(({ id }) => transaction.lastKey('blocks', { prefix: [collection, id], from: BODY })),
  )
  return found.every((key) => key !== undefined)
}

/** Reads blocks in order, several at a time. One that is damaged does not hide the others. */
export async function* readBlocks(
  storage: Storage,
  clock: Clock,
  collection: number,
  references: readonly BlockReference[],
): AsyncGenerator<FoundBlock, void, undefined> {
  const parts = Array.from({ length: Math.ceil(references.length / READS_IN_FLIGHT) }, (_, i) =>
    references.slice(i * READS_IN_FLIGHT, (i + 1) * READS_IN_FLIGHT),
  )
  const readPart = (i: number) => {
    const part = parts[i]
    const keys = part?.map(({ id }) => [collection, id, BODY])
    const reading = keys && readRecords(storage, clock, 'blocks', keys)
    // Where the reader leaves early, nobody waits for it.
    reading?.catch(() => {})
    return reading
  }
  let reading = readPart(0)
  for (const [i, part] of parts.entries()) {
    const records = await reading!
    // The next ones are on their way while these are looked at.
    reading = readPart(i + 1)
    for (const [j, reference] of part.entries()) {
      const record = records[j]
      const isUnreadable = record === UNREADABLE
      yield { reference, rows: isUnreadable ? undefined : openIfWhole(record, reference, collection), isUnreadable }
    }
  }
}

function openIfWhole(record: unknown, reference: BlockReference, collection: number): BlockRows | undefined {
  return record === undefined ? undefined : ifWhole(() => openBody(record, reference, collection))
}
