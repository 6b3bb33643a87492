import type { Answer, Citation } from '@voisin/spec'
import type { Library } from '../library/data.ts'

export type Reply = { text: string; citations: readonly Citation[]; answer?: Answer }

/** The answer as it grows. Each citation names a document and the span [start, end) of it that was quoted. */
export async function* ask(library: Library, question: string, signal: AbortSignal): AsyncGenerator<Reply> {
  let reply: Reply = { text: '', citations: [] }
  for await (const part of library.askStream(question, { signal })) {
    if (part.type === 'text') reply = { ...reply, text: reply.text + part.text }
    if (part.type === 'citation') reply = { ...reply, citations: [...reply.citations, part.citation] }
    if (part.type === 'end') reply = { text: part.answer.text, citations: part.answer.citations, answer: part.answer }
    yield reply
  }
}

/** A citation with the text around it. */
export async function surroundings(library: Library, { documentId, start, end }: Citation, reach = 220) {
  const document = await library.document(documentId)
  if (!document) return undefined
  // Whole words at both ends.
  const from = start <= reach ? 0 : start - (/\s([\s\S]*)$/.exec(document.text.slice(start - reach, start))?.[1]?.length ?? reach)
  const after = document.text.slice(end, end + reach)
  const to = end + (after.length < reach ? after.length : Math.max(0, after.lastIndexOf(' ')))
  return { document, from, text: document.text.slice(from, to) }
}
