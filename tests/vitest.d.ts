declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the real models and data sets lie beside the checkout; see scripts/shared-data.mjs. */
    sharedIsPresent: boolean
    /** How many random sequences the fuzzing of the index runs, where VOISIN_FUZZ says so. */
    fuzzSequences: number | undefined
  }
}

export {}
