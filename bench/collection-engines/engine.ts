/** What an app keeps beside a vector. */
export type Note = { readonly body: string; readonly year: number; readonly tags: readonly string[] }

export interface NoteBatch {
  readonly ids: readonly number[]
  /** Row-major. */
  readonly vectors: Float32Array
  readonly payloads: readonly Note[]
}

/** By vector, by words, by both; among all, or those with a tag. */
export interface Asked {
  readonly vector: Float32Array
  readonly text?: string
  readonly tag?: string
  readonly limit: number
}

/** Notes that are open, with their text, year, tags and vectors to be found by. */
export interface OpenNotes {
  /** Resolves when they are stored as safely as the engine stores. */
  write(batch: NoteBatch): Promise<void>
  /** Ids, best first. */
  query(asked: Asked): Promise<readonly number[]>
  /** Resolves once such queries will not become faster by waiting; in ms, the longest that one took meanwhile. */
  settle(asked: Asked, onProgress: (text: string) => void): Promise<{ readonly worstMs?: number }>
  memoryBytes?(): Promise<number>
  close(): Promise<void>
}

export interface NotesEngine {
  readonly engine: string
  readonly settings: string
  /** Beyond ten thousand points it runs where it is asked for by name. */
  readonly isSlow?: boolean
  open(database: string, dim: number): Promise<OpenNotes>
  drop(database: string): Promise<void>
}
