import { type Signal, signal } from '@preact/signals'
import { changed, whenOpen } from '../../library.ts'
import { addEach, type Receipt, type Source } from './data.ts'

export const STAGES = ['read', 'cut', 'embed', 'store'] as const
export type Stage = (typeof STAGES)[number]
export type Outcome = 'added' | 'unchanged' | 'replaced' | 'failed' | 'skipped'

/** One file on its way in. */
export interface Reading {
  readonly source: Source
  readonly id: string
  readonly title: string
  readonly size: number
  /** Undefined while it waits. */
  readonly stage: Stage | undefined
  /** How much of the stage is done, 0 … 1. */
  readonly share: number
  readonly outcome: Outcome | undefined
  readonly error?: unknown
}

/** Everything that was dropped or chosen at once. */
export interface Job {
  readonly readings: readonly Reading[]
  readonly state: 'working' | 'stopping' | 'stopped' | 'finished'
  /** Milliseconds, once there is something to estimate from. */
  readonly msLeft: number | undefined
  /** What ended the whole job early, other than the reader. */
  readonly error?: unknown
}

export const job: Signal<Job | undefined> = signal(undefined)
let controller = new AbortController()
let readings = new Map<Source, Reading>()
let queue: Source[] = []
let msLeft: number | undefined
let publishing: ReturnType<typeof setTimeout> | undefined

function stageOf(phase: string): Stage {
  if (phase === 'chunk') return 'cut'
  if (phase === 'embed') return 'embed'
  if (phase === 'store') return 'store'
  return 'read'
}

function waiting(source: Source): Reading {
  const isFile = source instanceof File
  const id = isFile ? source.name : source.id
  const title = isFile ? source.name : (source.metadata?.title ?? id)
  return { source, id, title, size: isFile ? source.size : source.text.length, stage: undefined, share: 0, outcome: undefined }
}

function outcomeOf(receipt: Receipt): Pick<Reading, 'outcome' | 'error'> {
  const [failure] = receipt.failed
  if (failure) return { outcome: 'failed', error: failure.error }
  if (receipt.unchanged.length > 0) return { outcome: 'unchanged' }
  return { outcome: receipt.replaced.length > 0 ? 'replaced' : 'added' }
}

/** Takes files in, one after the other. A second call while one is running adds to its end. */
export async function takeIn(sources: readonly Source[]): Promise<void> {
  if (sources.length === 0) return
  if (job.value?.state === 'working' || job.value?.state === 'stopping') {
    queue.push(...sources)
    for (const source of sources) readings.set(source, waiting(source))
    publish(job.value.state)
    return
  }
  controller = new AbortController()
  const { signal } = controller
  readings = new Map(sources.map((source) => [source, waiting(source)]))
  queue = [...sources]
  msLeft = undefined
  publish('working')
  try {
    const library = await whenOpen()
    signal.throwIfAborted()
    const startMs = performance.now()
    const listeners = {
      signal,
      onProgress: (source: Source, { phase, done, total }: { phase: string; done: number; total?: number }) =>
        change(source, { stage: stageOf(phase), share: total ? done / total : 0 }, startMs),
      onAdded: (source: Source, receipt: Receipt) => change(source, outcomeOf(receipt), startMs),
    }
    while (queue.length > 0) await addEach(library, queue.splice(0), listeners)
    end('finished')
  } catch (error) {
    end('stopped', signal.aborted ? undefined : error)
  }
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
  job.value = { readings: [...readings.values()], state, msLeft, ...(error !== undefined && { error }) }
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
  void takeIn(rest)
}

export function dismiss(): void {
  job.value = undefined
}
