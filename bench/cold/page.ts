import { createEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'

// What a visitor waits for: from the start of the navigation to the first vector.
const embedder = await createEmbedder({ model: miniModel })
await embedder.embedQuery('Which city governs France?')
const firstVectorMs = Math.round(performance.now())

// Not in TypeScript's library: only Chromium has it.
const { bytes } = await (
  performance as Performance & { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }
).measureUserAgentSpecificMemory()
await fetch('/', { method: 'POST', body: JSON.stringify({ firstVectorMs, pageMemoryBytes: bytes }) })
