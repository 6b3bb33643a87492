import type { Payload, Point, PointId } from '@voisin/spec'
import type { SeededRandom } from './seeded-random.ts'

/** A point in words that can be compared; the empty one says that there is no such point. */
export type Version = string
export const ABSENT: Version = ''

/** Few, so that they meet often. */
export const IDS: readonly PointId[] = [0, 1, 2, 3, 4, 5, '0', '1', 'two', 'é', '😀', 'last']
const WORDS = ['cat', 'cats', 'dog', 'tax', 'city', 'of']
export const DIM = 3

/** One atomic change, in the order in which its parts apply. */
export interface Change {
  readonly upsert?: readonly Point[]
  readonly update?: { readonly ids: readonly PointId[]; readonly payload: Payload } | undefined
  readonly delete?: readonly PointId[]
  /** Points whose `n` is this. */
  readonly deleteWhere?: number | undefined
}

/** A change that somebody asked for, and what is known of it. */
export interface Operation {
  readonly label: string
  readonly change: Change
  readonly isPowerSafe: boolean
  /** Its tab knew that it saw fewer points than there are: neither a filter nor an update met the others. */
  readonly sawLess: boolean
  /** `maybe`: it ended, or its tab did, without word. */
  state: 'pending' | 'done' | 'maybe' | 'failed'
  lsn: number | undefined
  /** When it was acknowledged, in virtual milliseconds. */
  doneAt: number | undefined
  /** Whether its tab was stopped before so many milliseconds had passed since it was acknowledged. */
  readonly wasCutShort?: (ms: number) => boolean
  /** A power cut may have taken it. */
  mayBeLost: boolean
}

export function versionOf(point: Point): Version {
  const payload = Object.fromEntries(Object.entries(point.payload).sort(([a], [b]) => (a < b ? -1 : 1)))
  return JSON.stringify({ vector: point.vector ? [...point.vector] : null, payload })
}

/** What a change makes of one point. */
export function applied(change: Change, id: PointId, before: Version): Version {
  let version = before
  for (const point of change.upsert ?? []) if (point.id === id) version = versionOf(point)
  if (version !== ABSENT && change.update?.ids.includes(id)) {
    const { vector, payload } = JSON.parse(version) as { vector: number[] | null; payload: Payload }
    version = versionOf({
      id,
      payload: { ...payload, ...change.update.payload },
      ...(vector && { vector: Float32Array.from(vector) }),
    })
  }
  if (change.delete?.includes(id)) version = ABSENT
  if (version !== ABSENT && change.deleteWhere !== undefined) {
    if ((JSON.parse(version) as { payload: Payload }).payload.n === change.deleteWhere) version = ABSENT
  }
  return version
}

/** Makes changes no two of which write the same. */
export class ChangeMaker {
  readonly #random: SeededRandom
  #count = 0

  constructor(random: SeededRandom) {
    this.#random = random
  }

  points(count: number, fillBytes = 0): Point[] {
    return this.#random.some(IDS, count).map((id) => {
      const random = this.#random
      const payload = { ...this.patch(), ...(fillBytes > 0 && { fill: 'x'.repeat(fillBytes) }) }
      if (random.chance(0.2)) return { id, payload }
      return { id, payload, vector: Float32Array.of(random.below(4), random.below(4), random.below(100)) }
    })
  }

  patch(): Payload {
    const random = this.#random
    const text = Array.from({ length: random.below(4) }, () => random.pick(WORDS)).join(' ')
    return { version: this.#count++, n: random.below(4), ...(random.chance(0.7) && { text }) }
  }

  ids(count: number): PointId[] {
    return this.#random.some(IDS, count)
  }
}
