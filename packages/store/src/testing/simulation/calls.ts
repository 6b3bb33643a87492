import { isVoisinError } from '@voisin/spec'
import type { SimulatedMachine } from './simulated-machine.ts'
import type { Life } from './virtual-time.ts'

/** How long any call may take, in virtual milliseconds, once everything is well again: deadlines and second tries included. */
const LONGEST_MS = 600_000

/** How a call ended. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown }

interface Call {
  readonly label: string
  readonly life: Life
  readonly onDead: () => void
}

/** All calls that tabs have made and not yet heard of. */
export class Calls {
  readonly #machine: SimulatedMachine
  readonly #pending = new Set<Call>()
  readonly #note: (line: string) => void
  /** Codes that calls may fail with just now. Undefined where trouble excuses all. */
  expectedCodes: ReadonlySet<string> | undefined

  constructor(machine: SimulatedMachine, note: (line: string) => void) {
    this.#machine = machine
    this.#note = note
  }

  get pendingLabels(): string[] {
    return [...this.#pending].map(({ life, label }) => `${life.name} ${label}`)
  }

  /** Makes a call in a tab and does not wait for it. */
  make<T>(
    label: string,
    life: Life,
    call: () => Promise<T>,
    onEnd: (outcome: Outcome<T>) => void,
    { onDead = () => {}, signal }: { readonly onDead?: () => void; readonly signal?: AbortSignal } = {},
  ): void {
    const pending: Call = { label, life, onDead }
    this.#pending.add(pending)
    const end = (outcome: Outcome<T>) => {
      if (!this.#pending.delete(pending)) return
      if ('error' in outcome) this.#checkError(`${life.name} ${label}`, outcome.error, signal)
      const word = 'error' in outcome ? describeError(outcome.error) : 'done'
      this.#note(`${life.name} ${label}: ${word}`)
      onEnd(outcome)
    }
    let promise: Promise<T>
    try {
      promise = call()
    } catch (error) {
      this.#machine.violations.push(`${life.name} ${label} threw instead of rejecting: ${describeError(error)}`)
      end({ error })
      return
    }
    promise.then(
      (value) => end({ value }),
      (error: unknown) => end({ error }),
    )
  }

  /** Makes a call and lets time pass until it has ended. */
  async wait<T>(label: string, life: Life, call: () => Promise<T>): Promise<Outcome<T>> {
    let ended: Outcome<T> | undefined
    this.make(label, life, call, (outcome) => {
      ended = outcome
    })
    await this.#machine.time.run(() => ended !== undefined, LONGEST_MS)
    if (ended === undefined) throw new Error(`A call never ended: ${life.name} ${label}`)
    return ended
  }

  /** A tab is dead: it hears of nothing any more. */
  bury(life: Life): void {
    for (const call of [...this.#pending]) {
      if (call.life !== life) continue
      this.#pending.delete(call)
      call.onDead()
    }
  }

  /** Lets time pass until every call has ended. */
  async settle(): Promise<void> {
    await this.#machine.time.run(() => this.#pending.size === 0, LONGEST_MS)
    if (this.#pending.size > 0) throw new Error(`Calls never ended: ${this.pendingLabels.join(', ')}`)
  }

  #checkError(label: string, error: unknown, signal: AbortSignal | undefined): void {
    if (signal?.aborted && (error === signal.reason || isVoisinError(error))) return
    if (!isVoisinError(error) || typeof error.code !== 'string') {
      this.#machine.violations.push(`${label} rejected with something that is no VoisinError: ${describeError(error, true)}`)
    } else if (this.expectedCodes !== undefined && !this.expectedCodes.has(error.code)) {
      this.#machine.violations.push(`${label} failed although nothing was wrong: ${describeError(error, true)}`)
    }
  }
}

export function describeError(error: unknown, isLong = false): string {
  if (isVoisinError(error)) return `${error.code}, ${error.dataState}: ${isLong ? (error.stack ?? error.message) : error.message}`
  return error instanceof Error ? ((isLong ? error.stack : undefined) ?? `${error.name}: ${error.message}`) : String(error)
}

/** Whether a write that failed so may be there all the same. */
export function maySurvive(error: unknown): boolean {
  return isVoisinError(error) && error.dataState !== 'intact'
}
