import { digest } from '../hashes.ts'
import type { UnansweredScores } from '../retrieve/confidence.ts'
import type { LibraryParts } from '../stored.ts'

/** What a library has learned of its documents and its model. */
export interface Calibration {
  /** The weight of meaning against words for a question all of whose words the model knows, 0.05 … 1; 0.5 where it could not be found. */
  readonly meaning: number
  /** How many chunks the library had. */
  readonly chunks: number
  readonly calibratedAt: Date
  /** What hits are compared with for their `confidence`; absent where the documents are too few, or all alike. */
  readonly unanswered?: UnansweredScores
}

/** A calibration as it is kept, beside the documents, found by nobody. One for each model. */
export type CalibrationPayload = Calibration & {
  readonly kind: 'calibration'
  /** No document's. */
  readonly documentId: ''
  /** Of the fingerprint: no version's of a document. */
  readonly hash: string
  /** The model's. */
  readonly fingerprint: string
}

type Parts = Pick<LibraryParts, 'embedder' | 'collection'>
type Call = { readonly signal?: AbortSignal }

function pointIdOf(hash: string): string {
  return `calibration:${hash}`
}

/** What `calibrate` has last found of this library with this model, in any tab; undefined where it never has. */
export async function readCalibration({ embedder, collection }: Parts, call: Call = {}): Promise<Calibration | undefined> {
  const { fingerprint } = embedder
  const [point] = await collection.retrieve([pointIdOf(digest(fingerprint))], { ...call, consistency: 'latest' })
  if (point?.payload.kind !== 'calibration' || point.payload.fingerprint !== fingerprint) return undefined
  const { meaning, chunks, calibratedAt, unanswered } = point.payload
  // A later version may keep something else under this name.
  return meaning >= 0 && meaning <= 1 ? { meaning, chunks, calibratedAt, ...(unanswered && { unanswered }) } : undefined
}

/** Keeps a calibration, in place of the one before. */
export async function writeCalibration({ embedder, collection }: Parts, calibration: Calibration, call: Call): Promise<void> {
  const { fingerprint } = embedder
  const hash = digest(fingerprint)
  const payload: CalibrationPayload = { kind: 'calibration', documentId: '', hash, fingerprint, ...calibration }
  await collection.upsert([{ id: pointIdOf(hash), payload }], call)
}
