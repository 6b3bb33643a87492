/** What may be stored under a document's id: a text, or nothing. */
export type State = string | undefined

interface Operation {
  readonly begun: number
  /** When it was acknowledged; undefined while nobody knows whether it happened. */
  ended: number | undefined
  readonly effects: readonly State[]
}

/** One document's id: what was done to it, in the plainest words, and what may be there now. */
export class Register {
  #before: readonly State[] = [undefined]
  #operations: Operation[] = []
  readonly #ever = new Set<State>([undefined])

  /** @param effects What may be there after it: one state, or what others leave it. */
  begin(at: number, effects: readonly State[]): Operation {
    const operation: Operation = { begun: at, ended: undefined, effects }
    this.#operations.push(operation)
    for (const effect of effects) this.#ever.add(effect)
    return operation
  }

  /** It was certainly not done. */
  withdraw(operation: Operation): void {
    this.#operations = this.#operations.filter((other) => other !== operation)
  }

  /** What may be there: the effect of what nothing acknowledged has followed. */
  get possible(): Set<State> {
    const isLast = (end: number) => !this.#operations.some(({ begun, ended }) => ended !== undefined && begun > end)
    const states = new Set<State>()
    if (isLast(Number.NEGATIVE_INFINITY)) for (const state of this.#before) states.add(state)
    for (const { ended = Number.POSITIVE_INFINITY, effects } of this.#operations) {
      if (isLast(ended)) for (const state of effects) states.add(state)
    }
    return states
  }

  /** Everything that was ever to be there. */
  get ever(): ReadonlySet<State> {
    return this.#ever
  }

  /** What is seen is taken as what there is. */
  takeAs(state: State): void {
    this.#before = [state]
    this.#operations = []
  }
}
