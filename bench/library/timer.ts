import { once } from '../measure/interleave.ts'
import { median } from '../measure/median.ts'
import { quiet } from '../measure/quiet.ts'
import type { SuiteTools } from '../suite.ts'

/** How one call of a library fared. */
export interface Timing {
  readonly library: string
  readonly call: string
  /** The middle one of the calls. */
  readonly wallMs: number
  /** Per call, with what was done in the background meanwhile. */
  readonly cpuMs: number
  /** How many texts were embedded, where that was counted. */
  readonly embedded?: number
}

/** A store begins to tidy up 4 s after the last write. */
const REST_MS = 5_000

/** Times the calls of a library, one kind after the other. */
export class Timer {
  readonly timings: Timing[] = []
  readonly #library: string
  readonly #tools: SuiteTools

  /** @param library Says in the rows which library it is. */
  constructor(library: string, tools: SuiteTools) {
    this.#library = library
    this.#tools = tools
  }

  async time<T>(call: string, times: number, work: (at: number) => Promise<T>, embedded?: number): Promise<T> {
    this.#tools.progress(`${this.#library}: ${call}`)
    const walls: number[] = []
    const timed = async (at: number) => {
      const before = performance.now()
      const result = await work(at)
      walls.push(performance.now() - before)
      return result
    }
    const { result, cpuMs } = await once(this.#tools, async () => {
      for (let at = 0; at < times - 1; at++) await timed(at)
      return await timed(times - 1)
    })
    const timing = { library: this.#library, call, wallMs: median(walls), cpuMs: cpuMs / times }
    this.timings.push(embedded === undefined ? timing : { ...timing, embedded })
    return result
  }

  /** After writes, before something else is timed. */
  async rest(): Promise<void> {
    await quiet(this.#tools, REST_MS)
  }
}
