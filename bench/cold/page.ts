import { createEmbedder } from '@voisin/embed'
import { miniModel } from '@voisin/mini'

// What a visitor waits for: from the start of the navigation to the first vector.
const embedder = await createEmbedder({ model: miniModel })
await embedder.embedQuery('Which city governs France?')
Object.assign(globalThis, { firstVectorMs: performance.now() })
