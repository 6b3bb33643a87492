declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the real models and data sets lie beside the checkout; see scripts/shared-data.mjs. */
    sharedIsPresent: boolean
  }
}

export {}
