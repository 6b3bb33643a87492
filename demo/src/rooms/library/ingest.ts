import { type Signal, signal } from '@preact/signals'
import type { Progress } from 'voisin'
import { changed, whenOpen } from '../../library.ts'
import type { Source } from './data.ts'
import { offerBoth } from './offer-both.ts'
import { outcomeOf, type Reading, STAGES, stageOf, waiting } from './reading.ts'
import { addBeside, type Older } from './versions.ts'

type Kind = 'files' | 'back'

/** Everything that was dropped or chosen at once. */
export interface Job {
  /** Whether these are files, or documents that were removed and come back. */
  readonly kind: Kind
  readonly readings: readonly Reading[]
  readonly state: 'working' | 'stopping' | 'stopped' | 'finished'
  /** Milliseconds, once there is something to estimate from. */
  readonly msLeft: number | undefined
  /** What ended the whole job early, other than the reader. */
  readonly error?: unknown
}

export const job: Signal<Job | undefined> = signal(undefined)
let kind: Kind = 'files'
let controller = new AbortController()
let readings = new Map<Source, Reading>()
let queue: Source[] = []
let msLeft: number | undefined
let publishing: ReturnType<typeof setTimeout> | undefined

/** Takes files in, one after the other, so that each shows how far it is. A second call while one is running adds to its end. */
export async function takeIn(sources: readonly Source[], as: Kind = 'files'): Promise<void> {
  if (sources.length === 0) return
  if (job.value?.state === 'working' || job.value?.state === 'stopping') {
    queue.push(...sources)
    for (const source of sources) readings.set(source, waiting(source))
    publish(job.value.state)
    return
  }
  kind = as
  controller = new AbortController()
  const { signal } = controller
  readings = new Map(sources.map((source) => [source, waiting(source)]))
  queue = [...sources]
  msLeft = undefined
  publish('working')
  const olders: Older[] = []
  try {
    const library = await whenOpen()
    signal.throwIfAborted()
    const startMs = performance.now()
    while (queue.length > 0) {
      const source = queue.shift()!
      const onProgress = ({ phase, done, total }: Progress) =>
        change(source, { stage: stageOf(phase), share: total ? done / total : 0 }, startMs)
      const { receipt, older } = await addBeside(library, source, { signal, onProgress })
      change(source, outcomeOf(receipt), startMs)
      if (older) olders.push(older)
    }
    end('finished')
  } catch (error) {
    end('stopped', signal.aborted ? undefined : error)
  }
  offerBoth(olders)
  // Should the list not be read now, it is the next time that this page is looked at.
  await changed().catch(() => {})
}

/** Many files say many things in a moment: the page hears of them this often. */
const PUBLISH_MS = 60

function change(source: Source, to: Partial<Reading>, startMs: number): void {
  readings.set(source, { ...readings.get(source)!, ...to })
  publishing ??= setTimeout(() => {
    msLeft = estimate(performance.now() - startMs)
    publish(job.value?.state ?? 'working')
  }, PUBLISH_MS)
}

function publish(state: Job['state'], error?: unknown): void {
  clearTimeout(publishing)
  publishing = undefined
  job.value = { kind, readings: [...readings.values()], state, msLeft, ...(error !== undefined && { error }) }
}

/** Time left from what was read so far, by size; a share of the file in hand counts too. */
function estimate(elapsedMs: number): number | undefined {
  let [done, total] = [0, 0]
  for (const { size, outcome, stage, share } of readings.values()) {
    total += size
    if (outcome) done += size
    else if (stage) done += (size * (STAGES.indexOf(stage) + share)) / STAGES.length
  }
  return elapsedMs > 300 && done > 0 ? (elapsedMs / done) * (total - done) : undefined
}

function end(state: 'finished' | 'stopped', error?: unknown): void {
  for (const [source, reading] of readings) if (!reading.outcome) readings.set(source, { ...reading, outcome: 'skipped' })
  queue = []
  msLeft = undefined
  publish(state, error)
}

/** Ends the job after what is already stored; nothing is left half done. */
export function stop(): void {
  if (job.value?.state !== 'working') return
  job.value = { ...job.value, state: 'stopping' }
  controller.abort(new DOMException('The reader stopped it.', 'AbortError'))
}

export function resume(): void {
  const rest = job.value?.readings.filter(({ outcome }) => outcome === 'skipped').map(({ source }) => source) ?? []
  void takeIn(rest, kind)
}

export function dismiss(): void {
  job.value = undefined
}
