import type { Shape } from './history/collection-history.ts'

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

/** What the harness asks of the page. */
export type Command = { readonly id: number } & Request
export type Request =
  | { readonly kind: 'inspect'; readonly setting: Setting }
  /** Does writes `from`, `from + 1`, …, `from + count - 1`, and acknowledges each when its promise has resolved. */
  | { readonly kind: 'write'; readonly setting: Setting; readonly from: number; readonly count: number }
  /** Adds documents again, as these writes gave them. */
  | { readonly kind: 'mend'; readonly setting: Setting; readonly documents: readonly (readonly [id: string, op: number])[] }

/** What the page answers. */
export interface Reply {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** The page says that something went wrong there. */
export class PageError extends Error {}
