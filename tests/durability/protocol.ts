import type { Shape } from './history/collection-history.ts'
import type { FilesKind } from './history/text-files.ts'

/** What is written to: the store's two doors, or IndexedDB itself, relaxed, which is known to lose (a negative control). */
export type Subject = 'collection' | 'library' | 'relaxed'

/** What a history is written with. The same in all lives of a trial. */
export interface Setting {
  readonly subject: Subject
  readonly durability: 'power' | 'process'
  readonly seed: number
  readonly shape: Shape
  readonly worker: boolean
  /** The negative control: a write is acknowledged before it has even been asked for. */
  readonly early: boolean
}

/** What a library of text files is opened with. The same in all lives of a trial. */
export interface FilesSetting {
  readonly files: FilesKind
  readonly durability: 'power' | 'process'
  readonly seed: number
  readonly worker: boolean
}

/**
 * `age` writes the library as version 0.1 kept it. `open` opens it, and acknowledges how many documents are taken over. `add` adds all
 * files, reports every batch of texts that is embedded, and acknowledges how many batches are stored. `look` looks at everything.
 */
export type FilesTask = 'age' | 'open' | 'add' | 'look'

/** What the harness asks of the page. */
export type Command = { readonly id: number } & Request
export type Request =
  | { readonly kind: 'inspect'; readonly setting: Setting }
  /** Does writes `from`, `from + 1`, …, `from + count - 1`, and acknowledges each when its promise has resolved. */
  | { readonly kind: 'write'; readonly setting: Setting; readonly from: number; readonly count: number }
  /** Adds documents again, as these writes gave them. */
  | { readonly kind: 'mend'; readonly setting: Setting; readonly documents: readonly (readonly [id: string, op: number])[] }
  | { readonly kind: 'files'; readonly task: FilesTask; readonly setting: FilesSetting }

/** What `look` found. */
export interface FilesFound {
  /** Ids of the documents that are listed. */
  readonly listed: readonly string[]
  /** What was embedded of each chunk that is stored, of drafts too. */
  readonly stored: readonly string[]
  /** What is not as it must be. */
  readonly problems: readonly string[]
}

/** What became of the files that `add` has added. */
export interface FilesAdded {
  readonly added: readonly string[]
  readonly unchanged: readonly string[]
  readonly replaced: readonly string[]
  /** In words. */
  readonly failed: readonly string[]
}

/** What the page answers. */
export interface Reply {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** The page says that something went wrong there. */
export class PageError extends Error {}
