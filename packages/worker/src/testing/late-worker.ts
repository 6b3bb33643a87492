import { serve } from '../index.ts'

// What the documentation forbids: the ping that the page sent meanwhile has been dropped. The greeting saves it.
await new Promise((resolve) => setTimeout(resolve, 50))
serve(globalThis, { echo: async (argument: unknown) => argument })
