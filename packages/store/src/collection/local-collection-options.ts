import type { CollectionStatus, LongCallOptions, Notice } from '@voisin/spec'

export interface LocalCollectionOptions extends LongCallOptions {
  readonly onNotice?: ((notice: Notice) => void) | undefined
  /** How long a call may wait for its turn, in milliseconds. @default for ever */
  readonly waitMs?: number
  /** It was there before, and nothing of it is left. */
  readonly isLost?: boolean
  /** How it was found when an older version's was written anew. */
  readonly foundAs?: CollectionStatus['dataState']
}
