import type { BlockBytes } from '../blocks/large-write.ts'
import type { LoadSource } from './load-source.ts'

/** What a collection is folded with. */
export interface CheckpointSource extends LoadSource {
  readonly randomNumber: () => number
  readonly blockBytes: BlockBytes
}
