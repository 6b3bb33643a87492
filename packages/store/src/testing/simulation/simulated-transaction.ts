import { DeadlineError, StorageError, StorageFullError } from '@voisin/spec'
import type { CommitStrength, Key, StoreName, Transaction, TransactionOptions } from '../../database/storage.ts'
import type { Queued, Replaced, SimulatedDisk } from './simulated-disk.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import { failedRequest, requestsOn } from './simulated-requests.ts'
import type { Life } from './virtual-time.ts'

const DEADLINE_MS = 60_000

interface Request {
  readonly answer: () => void
  readonly refuse: (reason: unknown) => void
}

/** What a transaction needs to know of the connection it runs over. */
export interface Connection {
  readonly machine: SimulatedMachine
  readonly life: Life
  readonly disk: SimulatedDisk
  /** Whether a record cannot be read just now. */
  isTorn(store: StoreName, key: Key): boolean
}

/** One transaction, from waiting for its turn to the word of how it ended. It ends as IndexedDB's do. */
export class SimulatedTransaction<T = unknown> implements Queued {
  readonly stores: readonly StoreName[]
  readonly isWriter: boolean
  readonly done: Promise<T>
  readonly life: Life
  readonly #connection: Connection
  readonly #strength: CommitStrength
  readonly #work: (transaction: Transaction) => Promise<T>
  readonly #requests: Request[] = []
  readonly #replaced: Replaced[] = []
  #state: 'waiting' | 'starting' | 'active' | 'committing' | 'ended' = 'waiting'
  #isAnswering = false
  #grownBytes = 0
  /** Why it can only be aborted now: one failed request takes the whole transaction with it. */
  #doom: unknown
  #settle!: { readonly resolve: (value: T) => void; readonly reject: (reason: unknown) => void }
  readonly #cleanUp: (() => void)[] = []

  constructor(
    connection: Connection,
    stores: readonly StoreName[],
    strength: CommitStrength | undefined,
    work: (transaction: Transaction) => Promise<T>,
    { signal, endBy }: TransactionOptions,
  ) {
    const { machine, life, disk } = connection
    this.#connection = connection
    this.life = life
    this.stores = stores
    this.isWriter = strength !== undefined
    this.#strength = strength ?? 'relaxed'
    this.#work = work
    this.done = new Promise<T>((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    // What a dead tab still had to do happens no more, and nobody hears of it.
    if (life.state === 'dead') {
      this.#state = 'ended'
      return
    }
    if (signal?.aborted) {
      this.#state = 'ended'
      this.#settle.reject(signal.reason)
      return
    }
    const { time } = machine
    this.#cleanUp.push(
      time.after(endBy === undefined ? DEADLINE_MS : endBy - time.now, 'deadline', life, () => this.#endByClock()),
    )
    if (signal !== undefined) {
      const onAbort = () => this.#endBySignal(signal.reason)
      signal.addEventListener('abort', onAbort)
      this.#cleanUp.push(() => signal.removeEventListener('abort', onAbort))
    }
    machine.transactions.add(this as SimulatedTransaction)
    disk.enqueue(this)
  }

  start(): void {
    const { machine, life } = this.#connection
    this.#state = 'starting'
    machine.time.after(machine.latency(), `begin ${this.#name()}`, life, () => {
      if (this.#state !== 'starting') return
      this.#state = 'active'
      this.#run().catch((error: unknown) => machine.violations.push(`The simulator failed: ${String(error)}`))
    })
  }

  /** Nobody will hear how it ends: its tab is gone. It is over at once, either way. */
  abandon(): void {
    if (this.#state === 'committing' && this.#connection.machine.random.chance(0.5)) this.#commit()
    this.#end()
  }

  /** The connection is gone. */
  terminate(reason: StorageError): void {
    if (this.#state === 'ended') return
    const isUnsure = this.#state === 'committing'
    if (isUnsure && this.#connection.machine.random.chance(0.5)) this.#commit()
    this.#fail(isUnsure ? new StorageError('IndexedDB failed: the connection was lost.', { dataState: 'unknown' }) : reason)
  }

  /** IndexedDB commits a transaction that nothing is asked of: whoever awaits something else inside one loses it. */
  checkNotIdle(): void {
    if (this.#state !== 'active' || this.#requests.length > 0 || this.#doom !== undefined) return
    if (this.life.state !== 'running') return
    this.#connection.machine.violations.push(`Something else was awaited inside a transaction (${this.#name()}).`)
    this.#fail(new StorageError('The transaction was left idle.', { dataState: 'intact' }))
  }

  async #run(): Promise<void> {
    const { machine } = this.#connection
    let result: T
    try {
      result = await this.#work(this.#transaction())
    } catch (cause) {
      this.#fail(this.#doom ?? cause)
      return
    }
    if (this.#state !== 'active') return
    if (this.#doom !== undefined) {
      this.#fail(this.#doom)
      return
    }
    // What was asked and not awaited is answered before the transaction ends.
    while (this.#requests.length > 0) this.#requests.shift()!.answer()
    if (this.#doom !== undefined) {
      this.#fail(this.#doom)
      return
    }
    this.#state = 'committing'
    // The browser commits, whatever the tab does meanwhile.
    machine.time.after(machine.latency(), `commit ${this.#name()}`, undefined, () => {
      if (this.#state === 'committing') this.#finish(result)
    })
  }

  #finish(result: T): void {
    const { machine } = this.#connection
    if (this.isWriter) {
      const failure = this.#commitFailure()
      if (failure !== undefined) {
        this.#fail(failure)
        return
      }
      this.#commit()
      if (machine.random.chance(machine.faults.lostWord)) {
        this.#fail(
          new StorageError('IndexedDB failed: the word of a commit was lost.', { dataState: 'unknown', retryable: true }),
        )
        return
      }
    }
    this.#end()
    this.#tell(() => this.#settle.resolve(result))
  }

  #commitFailure(): StorageFullError | undefined {
    const { machine, disk } = this.#connection
    const isOver = disk.usedBytes > disk.quota && this.#grownBytes > 0
    const isFull = isOver || (this.#replaced.length > 0 && machine.random.chance(machine.faults.commit))
    return isFull ? new StorageFullError('There is no room left to store this. Nothing of this write was kept.') : undefined
  }

  #commit(): void {
    if (this.isWriter) this.#connection.disk.commit(this.#replaced.splice(0), this.#strength)
  }

  #endBySignal(reason: unknown): void {
    // Too late, as often as not: the browser is committing.
    if (this.#state === 'committing' && this.#connection.machine.random.chance(0.5)) return
    this.#fail(reason)
  }

  #endByClock(): void {
    if (this.#state === 'ended') return
    const isUnsure = this.#state === 'committing' && this.isWriter
    if (isUnsure && this.#connection.machine.random.chance(0.5)) this.#commit()
    this.#fail(
      new DeadlineError(`Waited too long to use the database: another tab keeps it.`, {
        dataState: isUnsure ? 'unknown' : 'intact',
      }),
    )
  }

  #fail(reason: unknown): void {
    if (this.#state === 'ended') return
    this.#end()
    const unanswered = this.#requests.splice(0)
    this.#tell(() => {
      for (const { refuse } of unanswered) refuse(reason)
      this.#settle.reject(reason)
    })
  }

  /** Whatever is not committed by now is taken back, and the next one has its turn. */
  #end(): void {
    if (this.#state === 'ended') return
    const { machine, disk } = this.#connection
    this.#state = 'ended'
    disk.undo(this.#replaced.splice(0))
    for (const clean of this.#cleanUp) clean()
    machine.transactions.delete(this as SimulatedTransaction)
    disk.leave(this)
  }

  #tell(word: () => void): void {
    const { machine, life } = this.#connection
    machine.time.after(machine.latency(), `end ${this.#name()}`, life, word)
  }

  #request<R>(what: string, run: () => R): Promise<R> {
    if (this.#state !== 'active' || this.#doom !== undefined) {
      return Promise.reject(this.#doom ?? new StorageError('The transaction is over.', { dataState: 'intact' }))
    }
    return new Promise<R>((resolve, refuse) => {
      const answer = () => {
        if (this.#doom !== undefined) {
          refuse(this.#doom)
          return
        }
        try {
          const { machine } = this.#connection
          if (machine.random.chance(machine.faults.request)) throw failedRequest(`${what} failed`)
          resolve(run())
        } catch (cause) {
          this.#doom = cause
          refuse(cause)
        }
      }
      this.#requests.push({ answer, refuse })
      this.#answerSoon()
    })
  }

  /** Requests are answered in the order they were made, some of them together. */
  #answerSoon(): void {
    if (this.#isAnswering) return
    this.#isAnswering = true
    const { machine, life } = this.#connection
    machine.time.after(machine.latency(), `answer ${this.#name()}`, life, () => {
      this.#isAnswering = false
      if (this.#state !== 'active') return
      const together = machine.random.chance(0.5) ? 1 : this.#requests.length
      for (const { answer } of this.#requests.splice(0, together)) answer()
      if (this.#requests.length > 0) this.#answerSoon()
    })
  }

  #read(store: StoreName, key: Key): Uint8Array | undefined {
    const record = this.#connection.disk.records(this.#checked(store)).get(key)
    if (record === undefined) return undefined
    if (!record.isReadable || this.#connection.isTorn(store, key)) throw failedRequest('Failed to read large IndexedDB value')
    return record.bytes.slice()
  }

  #write(store: StoreName, key: Key, bytes: Uint8Array | undefined): void {
    if (!this.isWriter) throw new Error('A readonly transaction cannot write.')
    const { disk } = this.#connection
    const before = disk.usedBytes
    this.#replaced.push(disk.change(this.#checked(store), key, bytes, this.#strength))
    this.#grownBytes += disk.usedBytes - before
  }

  #checked(store: StoreName): StoreName {
    if (!this.stores.includes(store)) {
      this.#connection.machine.violations.push(`The store "${store}" is not part of the transaction (${this.#name()}).`)
    }
    return store
  }

  #transaction(): Transaction {
    return requestsOn({
      ask: (what, run) => this.#request(what, run),
      within: (store, range) => this.#connection.disk.records(this.#checked(store)).within(range),
      has: (store, key) => this.#connection.disk.records(this.#checked(store)).get(key) !== undefined,
      read: (store, key) => this.#read(store, key),
      write: (store, key, bytes) => this.#write(store, key, bytes),
    })
  }

  #name(): string {
    return `${this.isWriter ? 'write' : 'read'} ${this.stores.join('+')}`
  }
}
