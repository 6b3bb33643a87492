import type { Durability, Notice } from '@voisin/spec'
import type { World } from '../../database/world.ts'
import type { CollectionModel } from './collection-model.ts'
import type { SubjectCollection, SubjectSession } from './subject.ts'
import type { Life } from './virtual-time.ts'

/** A collection that a tab has open. */
export interface Handle {
  readonly collection: SubjectCollection
  readonly model: CollectionModel
  readonly durability: Durability
  /** What it was told since it was last looked at. */
  readonly notices: Notice[]
  /** How often records had been harmed when it was opened. */
  readonly openedAtHarm: number
  /** Whether it was ever told that points cannot be read: filters do not see those. */
  readonly seesLess: () => boolean
}

/** A tab: code that runs until it is closed or dies. */
export interface Tab {
  readonly name: string
  readonly life: Life
  readonly world: World
  session: SubjectSession | undefined
  readonly handles: Map<string, Handle>
}

/** Whether a notice says that points may be missing. */
export function tellsOfLoss({ kind }: Notice): boolean {
  return kind === 'data-loss' || kind === 'rolled-back' || kind === 'evicted'
}
