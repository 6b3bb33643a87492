/** What is stored, as far as it matters: each key with a value that names the write it comes from. */
export type State = Map<string, string>

/** Writes in an order, each of which follows from its number alone, so that nobody has to remember what was written. */
export interface History {
  /** Whether a write in flight is there whole or not at all. A write of several documents is whole document by document. */
  readonly atomic: boolean
  /** Most writes that are in flight at once. */
  readonly depth: number
  /** Does write `number` to a state. */
  apply(state: State, number: number): void
}

/** What a page found after reopening. */
export interface Found {
  readonly entries: readonly (readonly [key: string, value: string])[]
  /** Keys that are there and not as they were written, each with what is wrong. */
  readonly damaged: readonly (readonly [key: string, what: string])[]
  /** What contradicts the entries: a count, a search. */
  readonly problems: readonly string[]
  readonly dataState: string
  /** What the store said of its own accord. */
  readonly notices: readonly string[]
}
