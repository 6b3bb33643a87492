/** A browser with a profile on disk, in a session of its own so that all its processes can be reached at once. */
export interface RunningBrowser {
  /** Rejects when it ends by itself. Never resolves. */
  readonly died: Promise<never>
  /** Stops every process; resolves when none of them runs any more. */
  stop(): Promise<void>
  /** Kills every process at once; resolves when none is left. Does nothing to one that is dead. */
  kill(): Promise<void>
}

/** A browser engine with one way of storing. */
export interface Engine {
  readonly name: EngineName
  /** Whether a relaxed write of large values is known to be lost by a power cut here. */
  readonly losesRelaxedWrites: boolean
  /** What is missing to run it, by name; undefined when it can be run. */
  missing(): Promise<string | undefined>
  start(profile: string, url: string): Promise<RunningBrowser>
}

export type EngineName = 'chromium-leveldb' | 'chromium-sqlite' | 'firefox' | 'webkit'
