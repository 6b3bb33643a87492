/** A write that finds the log moved away under it loads everything again, so often at most. */
export const LOAD_ATTEMPTS = 3
/** On a full disk a deletion is tried again after so long each time: Chromium gives some space back seconds late, on a busy machine many. In milliseconds. */
export const FREEING_PAUSES_MS = [0, 0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000] as const
/** So often a vacuum begins again that other tabs have overtaken. */
export const VACUUM_ATTEMPTS = 5
