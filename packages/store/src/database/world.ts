import type { Storage } from './storage.ts'

/** Time, as a database sees it. */
export interface Clock {
  /** Milliseconds from some beginning; never goes back. */
  now(): number
  /** Runs `work` once, `ms` from now; returns what takes it back. */
  after(ms: number, work: () => void): () => void
  /** Lets what waits in the event loop go first: messages, timers, input. */
  yield(): Promise<void>
}

/** Named locks that tabs hold one at a time, and lose when they die. */
export interface Locks {
  /**
   * Runs `work` while holding the lock. `if-free` does not wait: `work` is given false where another holds it. `steal` takes it from
   * whoever has it; their `work` goes on unknowing, so what it does must be fenced otherwise.
   */
  hold<T>(name: string, how: 'if-free' | 'steal', work: (isHeld: boolean) => Promise<T>): Promise<T>
}

/** Tells other tabs with the same database; a message to oneself does not arrive. May be lost, late, and more than once. */
export interface Channel {
  post(message: unknown): void
  close(): void
}

/** A few bytes about each collection, kept outside IndexedDB: they tell a lost collection from a new one. */
export interface WitnessStore {
  /** Undefined where there is none, or none can be had. */
  read(key: string): Promise<string | undefined>
  /** Never fails; where nothing can be kept it keeps nothing. */
  write(key: string, value: string): Promise<void>
  remove(key: string): Promise<void>
}

/** What surrounds a database. A browser's is in browser-world.ts; the simulator has its own. */
export interface World {
  readonly clock: Clock
  readonly locks: Locks
  readonly witness: WitnessStore
  /**
   * Opens the IndexedDB database of this name, created on first use.
   * @param deadlineMs How long it may wait for other tabs.
   */
  openStorage(name: string, events: StorageEvents, deadlineMs: number): Promise<Storage>
  openChannel(name: string, listener: (message: unknown) => void): Channel
  /** A number below 2⁴⁸ that no other call, in any tab, has given. */
  randomNumber(): number
}

export interface StorageEvents {
  /** Another tab deleted the database, or opened a newer version of it: it is closed and will not be opened again. */
  onReplaced?(how: 'deleted' | 'newer-version'): void
  /** The browser closed the connection (storage cleared or evicted, or its process died). The next call opens it again. */
  onTerminated?(): void
  /** The browser had found the database damaged and made it anew, empty. Chromium alone says so. */
  onWiped?(): void
}
