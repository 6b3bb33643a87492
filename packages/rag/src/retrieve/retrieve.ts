import type { Context } from '@voisin/spec'
import type { LibraryParts } from '../stored.ts'
import { buildContext, type TokenCounter } from './context.ts'
import { type SearchOptions, search } from './search.ts'

export interface RetrieveOptions extends SearchOptions, LibraryParts {
  /** How many passages to look for, 1 … 1,000. @default 8 */
  readonly limit?: number
  /** Most tokens of the context's text. @default 1500 */
  readonly maxTokens?: number
  /** The reading model's own count of tokens. @default the embedder's */
  readonly countTokens?: TokenCounter
}

/**
 * Finds what the documents say about a question and puts it into a context for `answer`.
 *
 * @throws {InvalidArgumentError} The question is empty, or `limit` is out of its range.
 * @throws {LimitError} Not even one of the passages found fits into `maxTokens`.
 */
export async function retrieve(question: string, options: RetrieveOptions): Promise<Context> {
  const passages = await search(question, { ...options, limit: options.limit ?? 8 })
  return buildContext(question, passages, options)
}
