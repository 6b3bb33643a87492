import { ClosedError, isVoisinError, type VoisinError } from '@voisin/spec'

/**
 * Whether a device may still be used. It ends once, for one reason: closed, lost, out of memory. From then on every check throws that
 * reason, and whatever was waiting for the GPU is rejected with it, because a lost device may leave a promise unsettled.
 */
export class DeviceLife {
  readonly #waiting = new Set<(reason: VoisinError) => void>()
  #atEnd: (() => void)[] = []
  #reason: (() => VoisinError) | undefined

  constructor(device: GPUDevice) {
    void device.lost.then(({ reason, message }) => this.end(() => lostError(`${reason}: ${message}`)))
  }

  /** Calls back when it ends; at once if it has. */
  onEnd(callback: () => void): void {
    if (this.#reason === undefined) this.#atEnd.push(callback)
    else callback()
  }

  /** Ends it, if it has not ended. */
  end(reason: () => VoisinError): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    for (const callback of this.#atEnd) callback()
    // A shared device holds on to this object by `lost`; let it hold on to nothing else.
    this.#atEnd = []
    for (const reject of this.#waiting) reject(reason())
    this.#waiting.clear()
  }

  /** @throws Why it ended, if it has. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason()
  }

  /** What the GPU promised, or the reason why it will not come. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const done = () => this.#waiting.delete(reject)
      if (this.#reason === undefined) this.#waiting.add(reject)
      else reject(this.#reason())
      promise.then(
        (value) => {
          done()
          resolve(value)
        },
        (error: unknown) => {
          // The GPU refuses what is valid only when it is lost, and the news of that may come later than the refusal.
          if (!isVoisinError(error)) this.end(() => lostError(String(error), error))
          done()
          reject(error)
        },
      )
    })
  }
}

/** For calls after `close`. */
export function closedError(): ClosedError {
  return new ClosedError('The scan was closed.', { remedy: 'Open another, and add the vectors again.' })
}

function lostError(received: string, cause?: unknown): ClosedError {
  return new ClosedError('The GPU device was lost.', {
    received,
    remedy: 'Open another scan and add the vectors again, or search with FlatIndex.',
    cause,
  })
}
