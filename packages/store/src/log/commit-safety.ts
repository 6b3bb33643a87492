import { type Durability, isVoisinError } from '@voisin/spec'
import type { CommitStrength, Storage, Transaction } from '../database/storage.ts'
import type { TabLife } from '../database/tab-life.ts'
import type { Clock } from '../database/world.ts'

/**
 * From this size on Chromium keeps a value in a file of its own, which a relaxed commit does not sync: after a power cut the record
 * is there and cannot be read, and no later strict commit mends that.
 */
const UNSYNCED_BYTES = 60 * 1024
/** A relaxed commit is followed by a strict one within this time, in milliseconds. */
const HARDEN_AFTER_MS = 1_500

const MARK = Uint8Array.of(1)

/** Chosen before its transaction begins, since a strict commit of this tab's may come between. */
export interface Commitment {
  readonly strength: CommitStrength
  /** It leaves the mark, and is strict. */
  readonly leavesMark: boolean
}

/**
 * How hard a collection's commits are pushed to the disk. At `power` all are strict. At `process` one is relaxed that is small and
 * not the first of its kind: the first leaves, strictly, a mark that says that a power cut may take what follows; a strict commit
 * soon after syncs all before it and takes the mark away. So a mark that nobody alive has left tells of an unclean end.
 */
export class CommitSafety {
  readonly #storage: Storage
  readonly #clock: Clock
  readonly #durability: Durability
  readonly #collection: number
  readonly #key: readonly (string | number)[]
  readonly #flushedKey: readonly (string | number)[]
  #isMarked = false
  /** A commit that was to leave the mark ended without word. */
  #mayBeMarked = false
  #markedAt = 0
  #hardenings = 0
  /** How many hardenings had begun when the last mark was put: a later one takes it away. */
  #hardeningsBefore = 0
  #cancelHardening: (() => void) | undefined

  /**
   * @param tab A number that no other tab has.
   * @param handle One that no other handle of this tab has: what one makes safe another may write again.
   */
  constructor(storage: Storage, clock: Clock, durability: Durability, collection: number, tab: number, handle: number) {
    this.#storage = storage
    this.#clock = clock
    this.#durability = durability
    this.#collection = collection
    this.#key = ['unsafe', collection, tab, handle]
    this.#flushedKey = ['flushed', collection]
  }

  /** How an entry of so many bytes is to be committed. */
  choose(bytes: number): Commitment {
    if (this.#durability !== 'process') return { strength: 'strict', leavesMark: false }
    const isLate = this.#clock.now() - this.#markedAt >= HARDEN_AFTER_MS
    const isRelaxed = this.#isMarked && bytes < UNSYNCED_BYTES && !isLate
    return { strength: isRelaxed ? 'relaxed' : 'strict', leavesMark: !this.#isMarked }
  }

  /** Inside the transaction that appends: leaves the mark that relaxed commits after it need, where it is to. */
  async mark(transaction: Transaction, { leavesMark }: Commitment): Promise<void> {
    if (!leavesMark) return
    this.#mayBeMarked = true
    this.#hardeningsBefore = this.#hardenings
    // Also where nobody hears whether it was committed.
    this.#hardenLater()
    await transaction.put('meta', this.#key, MARK)
  }

  /** Hears that the transaction was committed. */
  committed({ leavesMark }: Commitment): void {
    if (!leavesMark) return
    this.#isMarked = this.#hardenings === this.#hardeningsBefore
    this.#markedAt = this.#clock.now()
    this.#hardenLater()
  }

  /** Makes all that was committed before, by any tab, safe against a power cut. */
  async harden(): Promise<void> {
    this.#cancelHardening?.()
    this.#hardenings++
    const wasMarked = this.#isMarked
    this.#isMarked = false
    this.#mayBeMarked = false
    try {
      await this.#storage.write(['meta'], 'strict', async (transaction) => {
        // Something has to be written: a browser may take a commit without changes for done.
        await transaction.put('meta', this.#flushedKey, MARK)
        await transaction.delete('meta', this.#key)
      })
    } catch (error) {
      this.#mayBeMarked = true
      this.#isMarked ||= wasMarked
      // Where the database is closed or gone there is nothing left to try.
      const hasEnded = isVoisinError(error) && ['closed', 'not-found'].includes(error.code)
      if (!hasEnded) this.#hardenLater()
      throw error
    }
  }

  /** Leaves nothing that is unsafe. Where that fails the mark says so, and it is tried again until the database is closed. */
  async close(): Promise<void> {
    if (this.isUnsafe) await this.harden()
  }

  /** Whether a write may still be taken by a power cut, or the mark may say so. */
  get isUnsafe(): boolean {
    return this.#isMarked || this.#mayBeMarked
  }

  /** Inside a transaction: whether no tab has relaxed commits, so that there is nothing to be made safe. */
  async isSafe(transaction: Transaction): Promise<boolean> {
    if (this.#durability === 'process') return false
    return (await transaction.lastKey('meta', { prefix: ['unsafe', this.#collection] })) === undefined
  }

  /** What fails is tried again. */
  #hardenLater(): void {
    this.#cancelHardening?.()
    this.#cancelHardening = this.#clock.after(HARDEN_AFTER_MS, () => void this.harden().catch(() => {}))
  }
}

type UnsafeKey = readonly [kind: 'unsafe', collection: number, tab: number, handle: number]

/** The marks of dead tabs. Where there are any, a power cut may have taken the last writes. */
export async function findDeadMarks(storage: Storage, collection: number, life: TabLife): Promise<UnsafeKey[]> {
  const range = { prefix: ['unsafe', collection] }
  const marks = await storage.read(['meta'], (transaction) => transaction.keys('meta', range))
  const dead: UnsafeKey[] = []
  for (const mark of marks as UnsafeKey[]) if (!(await life.isAlive(mark[2]))) dead.push(mark)
  return dead
}

/** Takes marks away. One that stays is told of again; one that went without a word is told of now. */
export async function clearMarks(storage: Storage, marks: readonly UnsafeKey[]): Promise<void> {
  if (marks.length === 0) return
  const clear = async (transaction: Transaction) => {
    for (const mark of marks) await transaction.delete('meta', mark)
  }
  await storage.write(['meta'], 'strict', clear).catch(() => {})
}
