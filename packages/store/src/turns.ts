/** Lets tasks run one after the other, in the order they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** A waiting task whose signal is aborted rejects at once with the signal's reason and never runs; a running one is not stopped. */
  take<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#last
    const turn = (async () => {
      await before
      signal?.throwIfAborted()
      return await task()
    })()
    this.#last = turn.catch(() => {})
    return signal === undefined ? turn : untilAborted(turn, before, signal)
  }
}

async function untilAborted<T>(turn: Promise<T>, before: Promise<unknown>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  turn.catch(() => {})
  try {
    await Promise.race([before, aborted])
    return await turn
  } finally {
    signal.removeEventListener('abort', stop)
    aborted.catch(() => {})
  }
}
