import type { CheckpointEnd } from '../checkpoint/checkpointer.ts'

/** What is done to a collection when another tab has folded its log. */
export interface Follower {
  adopt(): Promise<CheckpointEnd>
  catchUp(): Promise<void>
  reload(): Promise<void>
}

/** Takes over what other tabs fold. However often they do while it is at work, that is one more round. */
export class FoldFollower {
  readonly #follower: Follower
  #hasHeard = false
  #following: Promise<void> | undefined

  constructor(follower: Follower) {
    this.#follower = follower
  }

  heard(): Promise<void> {
    this.#hasHeard = true
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined
    })
    return this.#following
  }

  async #follow(): Promise<void> {
    while (this.#hasHeard) {
      this.#hasHeard = false
      let end = await this.#follower.adopt()
      if (end === 'behind') {
        await this.#follower.catchUp()
        end = await this.#follower.adopt()
      }
      // Where something is missing here, that tab may have had it.
      if (end === 'moved') await this.#follower.reload()
    }
  }
}
