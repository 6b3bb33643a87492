import { type IngestOptions, type IngestResult, ingest, type LibraryParts, listDocuments } from '@voisin/rag'
import type { Document } from '@voisin/spec'

/** Ingests to the end. */
export async function add(documents: Document | readonly Document[], options: IngestOptions): Promise<IngestResult> {
  const steps = ingest(documents, options)
  for (;;) {
    const step = await steps.next()
    if (step.done) return step.value
  }
}

/** A document of so many chunks that are all different. */
export const book = (id: string, count: number, word = id, metadata: Document['metadata'] = {}): Document => ({
  id,
  text: Array.from({ length: count }, (_, n) => `## Part ${n}\nThe ${word} of number ${n}.`).join('\n\n'),
  metadata,
})

/** Ids of the documents, with a word on those that are not whole. */
export async function listed(parts: LibraryParts): Promise<string[]> {
  return (await Array.fromAsync(listDocuments(parts))).map(({ id, isWhole }) => (isWhole ? id : `${id}, in part`))
}

type Verb = 'write' | 'query' | 'retrieve' | 'count' | 'delete'
export type Around = (call: () => unknown) => unknown

/** The same parts; calls of the collection go through what is given for their verb. */
export function through<P extends LibraryParts>(parts: P, around: Partial<Record<Verb, Around>>): P {
  const collection: P['collection'] = new Proxy(parts.collection, {
    get: (target, key): unknown => {
      const value = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      const go = around[key as Verb] ?? ((call) => call())
      return (...args: unknown[]) => go(() => value.apply(target, args))
    },
  })
  return { ...parts, collection }
}

/** Before the n-th call something else happens. */
export function before(n: number, happens: () => Promise<unknown>): Around {
  let calls = 0
  return async (call) => {
    if (++calls === n) await happens()
    return await call()
  }
}
