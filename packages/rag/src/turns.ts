const SLICE_MS = 6

/** Keeps long work on the page's own thread in slices that no frame is lost to. */
export class Turns {
  #end: number = performance.now() + SLICE_MS

  /** Undefined while the slice lasts; else what to wait for, so that what others have to do goes first. */
  next(): Promise<void> | undefined {
    if (performance.now() < this.#end) return undefined
    return this.#pass()
  }

  async #pass(): Promise<void> {
    // A message goes to the end of the queue at once; a timer waits, in a hidden page for a second.
    const { port1, port2 } = new MessageChannel()
    await new Promise<void>((resolve) => {
      port1.onmessage = () => resolve()
      port2.postMessage(undefined)
    })
    port1.close()
    this.#end = performance.now() + SLICE_MS
  }
}
