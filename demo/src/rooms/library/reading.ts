import { nameOf } from '../../library.ts'
import type { Receipt, Source } from './data.ts'
import { idOf } from './versions.ts'

export const STAGES = ['read', 'cut', 'embed', 'store'] as const
export type Stage = (typeof STAGES)[number]
export type Outcome = 'added' | 'unchanged' | 'replaced' | 'failed' | 'skipped'

/** One file on its way in. */
export interface Reading {
  readonly source: Source
  readonly id: string
  readonly name: string
  /** Where it lies, if that is known. */
  readonly folder: string
  readonly size: number
  /** Undefined while it waits. */
  readonly stage: Stage | undefined
  /** How much of the stage is done, 0 … 1. */
  readonly share: number
  readonly outcome: Outcome | undefined
  readonly error?: unknown
}

export function stageOf(phase: string): Stage {
  if (phase === 'chunk') return 'cut'
  if (phase === 'embed') return 'embed'
  if (phase === 'store') return 'store'
  return 'read'
}

export function waiting(source: Source): Reading {
  const id = idOf(source)
  const isFile = source instanceof File
  const size = isFile ? source.size : source.text.length
  return { source, id, ...nameOf(isFile ? { id } : source), size, stage: undefined, share: 0, outcome: undefined }
}

export function outcomeOf(receipt: Receipt): Pick<Reading, 'outcome' | 'error'> {
  const [failure] = receipt.failed
  if (failure) return { outcome: 'failed', error: failure.error }
  if (receipt.unchanged.length > 0) return { outcome: 'unchanged' }
  return { outcome: receipt.replaced.length > 0 ? 'replaced' : 'added' }
}
