declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the real models and data sets lie beside the checkout; see scripts/shared-data.mjs. */
    sharedIsPresent: boolean
    /** How many random sequences the fuzzing of the index runs, where VOISIN_FUZZ says so. */
    fuzzSequences: number | undefined
    /** How many random filters are held against the naive evaluator; VOISIN_FILTERS says otherwise than 10,000. */
    filters: number
  }
}

export {}
