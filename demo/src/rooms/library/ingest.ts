import { type Signal, signal } from '@preact/signals'
import { changed, library } from '../../library.ts'
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

function stageOf(phase: string): Stage {
  if (phase === 'chunk' || phase === 'cut') return 'cut'
  if (phase === 'embed' || phase === 'download') return 'embed'
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

function change(source: Source, to: Partial<Reading>): void {
  const now = job.value
  if (!now) return
  const readings = now.readings.map((reading) => (reading.source === source ? { ...reading, ...to } : reading))
  job.value = { ...now, readings }
}

/** Time left from the characters read so far; a share of the file in hand counts too. */
function estimate(startMs: number): void {
  const now = job.value
  if (!now) return
  const total = now.readings.reduce((sum, { size }) => sum + size, 0)
  const done = now.readings.reduce((sum, { size, outcome, stage, share }) => {
    if (outcome) return sum + size
    return stage ? sum + (size * (STAGES.indexOf(stage) + share)) / STAGES.length : sum
  }, 0)
  const elapsed = performance.now() - startMs
  if (elapsed > 300 && done > 0) job.value = { ...now, msLeft: (elapsed / done) * (total - done) }
}

/** Takes files in, one after the other. A second call while one is running adds to its end. */
export async function takeIn(sources: readonly Source[]): Promise<void> {
  if (!library.value || sources.length === 0) return
  const before = job.value
  if (before && (before.state === 'working' || before.state === 'stopping')) {
    queue.push(...sources)
    job.value = { ...before, readings: [...before.readings, ...sources.map(waiting)] }
    return
  }
  controller = new AbortController()
  const { signal } = controller
  job.value = { readings: sources.map(waiting), state: 'working', msLeft: undefined }
  const startMs = performance.now()
  const listeners = {
    signal,
    onProgress: (source: Source, { phase, done, total }: { phase: string; done: number; total?: number }) => {
      change(source, { stage: stageOf(phase), share: total ? done / total : 0 })
      estimate(startMs)
    },
    onAdded: (source: Source, receipt: Receipt) => {
      change(source, { stage: 'store', share: 1, ...outcomeOf(receipt) })
      estimate(startMs)
    },
  }
  try {
    await addEach(library.value, sources, listeners)
    while (queue.length > 0) await addEach(library.value, queue.splice(0), listeners)
    end('finished')
  } catch (error) {
    queue.length = 0
    end('stopped', signal.aborted ? undefined : error)
  }
  await changed()
}

const queue: Source[] = []

function end(state: 'finished' | 'stopped', error?: unknown): void {
  const now = job.value
  if (!now) return
  const readings = now.readings.map((reading) => (reading.outcome ? reading : { ...reading, outcome: 'skipped' as const }))
  job.value = { readings, state, msLeft: undefined, ...(error !== undefined && { error }) }
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
