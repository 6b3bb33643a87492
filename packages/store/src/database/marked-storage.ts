import { isVoisinError } from '@voisin/spec'
import type { CommitStrength, Storage, StoreName, Transaction, TransactionOptions } from './storage.ts'
import type { TabLife } from './tab-life.ts'

const WRITING = 'writing'
const PADDING = 'padding'
const MARK = Uint8Array.of(1)
// Values below 64 KiB lie in LevelDB's log itself; it begins another file after 4 MiB.
const PADDING_RECORDS = 72
const PADDING_BYTES = 60_000
// Chromium checks the quota when it commits, and compresses values but not keys: these are written, and cost next to nothing.
const STIRRING_KEYS = 20
const STIRRING_CHARACTERS = 50_000
const STIRRED = Symbol('stirred')
/** How long a tab that closes waits for others to let it take its mark away, in milliseconds. */
const REST_MS = 1_000

type Mark = readonly [kind: typeof WRITING, tab: number]

/**
 * A storage that begins on a new log file after an end in the middle of writing.
 *
 * After each commit Chromium has its LevelDB note something that nobody syncs. A power cut may leave that note as zeros at the file's end:
 *
 *     ├ record ┼ record ┼ 0 0 0 0 ┤
 *
 * LevelDB opens it, and goes on writing behind the zeros. The next time it reads the file it passes over what stands there, up to the next
 * 32 KiB: commits that were synced are gone without a word; or it takes the file for damaged, and the browser empties the database. So a
 * tab that writes leaves a mark; who finds the mark of a tab that is dead first fills the log, so that it is not needed any more.
 */
export class MarkedStorage implements Storage {
  readonly #storage: Storage
  readonly #life: TabLife
  readonly #mark: Mark
  /** Until the mark is on the disk, small additions bring it, and any other write waits for one of its own. */
  #isMarked = false
  #mayBeMarked = false
  /** What takes the mark away, while it does. */
  #resting: Promise<void> = Promise.resolve()
  #rests = 0
  #marking: Promise<void> | undefined

  private constructor(storage: Storage, life: TabLife, tab: number) {
    this.#storage = storage
    this.#life = life
    this.#mark = [WRITING, tab]
  }

  /** @param tab A number that no other tab has; `life` is this tab's. */
  static async open(storage: Storage, life: TabLife, tab: number, options: TransactionOptions): Promise<MarkedStorage> {
    const read = () => storage.read(['meta'], (transaction) => transaction.keys('meta', { prefix: [WRITING] }), options)
    const dead = new Set<number>()
    for (const [, tab] of (await read()) as Mark[]) if (!(await life.isAlive(tab))) dead.add(tab)
    if (dead.size > 0) {
      // One that was just closing has taken its mark away before it died.
      const left = ((await read()) as Mark[]).filter(([, tab]) => dead.has(tab))
      if (left.length > 0) return await MarkedStorage.#openOnNewLog(storage, life, tab, left)
    }
    return new MarkedStorage(storage, life, tab)
  }

  static async #openOnNewLog(storage: Storage, life: TabLife, tab: number, dead: readonly Mark[]): Promise<MarkedStorage> {
    const marked = new MarkedStorage(storage, life, tab)
    await life.begin()
    // This tab writes too, and may end before it has done so for anyone: its own mark comes before the others go.
    marked.#isMarked = await beginNewLog(storage, marked.#mark)
    marked.#mayBeMarked = marked.#isMarked
    if (!marked.#isMarked) return marked
    await storage.write(['meta'], 'strict', async (transaction) => {
      await transaction.deleteRange('meta', { prefix: [PADDING] })
      for (const mark of dead) await transaction.delete('meta', mark)
    })
    return marked
  }

  get name(): string {
    return this.#storage.name
  }

  get hasOldStores(): boolean {
    return this.#storage.hasOldStores
  }

  read<T>(
    stores: readonly StoreName[],
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    return this.#storage.read(stores, work, options)
  }

  async write<T>(
    stores: readonly StoreName[],
    strength: CommitStrength,
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T> {
    if (this.#isMarked) return await this.#storage.write(stores, strength, work, options)
    if (!this.#life.hasBegun) await this.#life.begin()
    try {
      if (strength === 'strict' && options?.isSmallAdd) return await this.#writeMarked(stores, work, options)
      // Without this call's signal: others wait for it too.
      this.#marking ??= this.#writeMarked([], async () => {}, { endBy: options?.endBy }).finally(() => {
        this.#marking = undefined
      })
      await this.#marking
    } catch (error) {
      // Deletions must be possible on a full disk.
      if (!isVoisinError(error) || error.code !== 'storage-full') throw error
    }
    return await this.#storage.write(stores, strength, work, options)
  }

  rest(): Promise<void> {
    if (this.#mayBeMarked || this.#life.isBeginning) this.#resting = Promise.all([this.#resting, this.#unmark()]).then(() => {})
    return this.#resting
  }

  async #unmark(): Promise<void> {
    // Behind the write that waits for it.
    if (this.#life.isBeginning) await this.#life.begin()
    this.#rests++
    this.#isMarked = false
    this.#mayBeMarked = false
    // Behind every write that brings the mark. Where it stays, that costs the next tab a little writing.
    const unmark = (transaction: Transaction) => transaction.delete('meta', this.#mark)
    await this.#storage.write(['meta'], 'relaxed', unmark, { endBy: performance.now() + REST_MS }).catch(() => {})
  }

  /** LevelDB looks what it need not keep any more when its log begins another file. */
  async stir(options?: TransactionOptions): Promise<void> {
    const key = 'x'.repeat(STIRRING_CHARACTERS)
    const stirring = async (transaction: Transaction) => {
      for (let i = 0; i < STIRRING_KEYS; i++) await transaction.put('meta', [PADDING, i, key], MARK)
      throw STIRRED
    }
    await this.#storage.write(['meta'], 'relaxed', stirring, options).catch(() => {})
  }

  reconnect(): void {
    this.#storage.reconnect()
  }

  close(): void {
    void this.rest().finally(() => {
      this.#life.end()
      this.#storage.close()
    })
  }

  /** The mark comes with what it stands for: both are on the disk, or neither. */
  async #writeMarked<T>(
    stores: readonly StoreName[],
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions | undefined,
  ): Promise<T> {
    const rests = this.#rests
    this.#mayBeMarked = true
    const marked = async (transaction: Transaction): Promise<T> => {
      const [result] = await Promise.all([work(transaction), transaction.put('meta', this.#mark, MARK)])
      return result
    }
    const result = await this.#storage.write([...new Set([...stores, 'meta'] as const)], 'strict', marked, options)
    // A rest that was begun meanwhile takes this mark away.
    if (this.#rests === rests) this.#isMarked = true
    return result
  }
}

/** Writes so much that LevelDB needs its present log file no more, and a mark. On a full disk nothing can be done: then false. */
async function beginNewLog(storage: Storage, mark: Mark): Promise<boolean> {
  try {
    await storage.write(['meta'], 'strict', async (transaction) => {
      await transaction.put('meta', mark, MARK)
      for (let i = 0; i < PADDING_RECORDS; i++) {
        // Nothing that could be compressed.
        await transaction.put('meta', [PADDING, i], crypto.getRandomValues(new Uint8Array(PADDING_BYTES)))
      }
    })
    return true
  } catch (error) {
    if (!isVoisinError(error) || error.code !== 'storage-full') throw error
    return false
  }
}
