/** What may be stored under a document's id: a text, or nothing. */
export type State = string | undefined

interface Operation {
  readonly begun: number
  /** When it was acknowledged; undefined while nobody knows whether it happened. */
  ended: number | undefined
  readonly effects: () => readonly State[]
}

/** One document's id: what was done to it, in the plainest words, and what may be there now. */
export class Register {
  #before: readonly State[] = [undefined]
  #operations: Operation[] = []
  readonly #ever = new Set<State>([undefined])
  /** Ids that documents were moved from. */
  readonly #sources = new Set<Register>()

  /** @param effect What is there after it. */
  begin(at: number, effect: State): Operation {
    this.#ever.add(effect)
    return this.#begin(at, () => [effect])
  }

  /** What is or comes to be under another id is moved to this one. */
  beginMove(at: number, from: Register): Operation {
    this.#sources.add(from)
    return this.#begin(at, () => [...from.ever].filter((state) => state !== undefined))
  }

  #begin(at: number, effects: Operation['effects']): Operation {
    const operation: Operation = { begun: at, ended: undefined, effects }
    this.#operations.push(operation)
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
      if (isLast(ended)) for (const state of effects()) states.add(state)
    }
    return states
  }

  /** Everything that was ever to be there. */
  get ever(): ReadonlySet<State> {
    const registers = new Set<Register>([this])
    // Sources have sources: the set grows while it is walked.
    for (const register of registers) for (const source of register.#sources) registers.add(source)
    return new Set([...registers].flatMap((register) => [...register.#ever]))
  }

  /** What is seen is taken as what there is. */
  takeAs(state: State): void {
    this.#before = [state]
    this.#operations = []
  }
}
