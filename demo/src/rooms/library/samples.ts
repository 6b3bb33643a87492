import type { Source } from './data.ts'

const texts = import.meta.glob<string>('../../../samples/*.md', { query: '?raw', import: 'default', eager: true })

/** The sample library: part of the page, so that reading it asks nothing of any network. */
export const SAMPLES: readonly Source[] = Object.entries(texts).map(([path, text]) => {
  const id = path.slice(path.lastIndexOf('/') + 1)
  return { id, text, metadata: { title: /^#\s+(.+)$/m.exec(text)?.[1]?.trim() ?? id } }
})
