import { type Context, type Embedder, LimitError, type Passage } from '@voisin/spec'
import { textWithLead } from '../chunk/chunker.ts'
import { plainText } from './plain-text.ts'

/** How many tokens each text has for the model that will read the context. */
export type TokenCounter = (texts: readonly string[]) => Promise<readonly number[]> | readonly number[]

export interface ContextOptions {
  /** Most tokens of the context's text. @default 1500 */
  readonly maxTokens?: number
  /**
   * The reading model's own count. @default the embedder's, and where that cannot tell, one token for each three bytes of UTF-8,
   * which is more than tokenizers need for most texts
   */
  readonly countTokens?: TokenCounter
  readonly embedder?: Pick<Embedder, 'countTokens'>
}

/**
 * Makes a context of passages: the best that fit into the budget, numbered from 1, each between two lines that carry a random word.
 * A passage is taken whole or not at all; one that does not fit leaves its place to the next that does.
 *
 * @throws {LimitError} Not even one passage fits.
 */
export async function buildContext(
  question: string,
  passages: readonly Passage[],
  options: ContextOptions = {},
): Promise<Context> {
  const { maxTokens = 1_500, embedder } = options
  const countTokens = options.countTokens ?? embedder?.countTokens?.bind(embedder) ?? countBytes
  const boundary = randomWord()
  const empty: Context = { question, passages: [], text: '', tokens: 0, boundary }
  if (passages.length === 0) return empty

  const sizes = await countTokens(passages.map((passage) => renderPassage(passage, passages.length, boundary)))
  let chosen: Passage[] = []
  let sum = 0
  for (const [index, passage] of passages.entries()) {
    if (sum + sizes[index]! > maxTokens) continue
    chosen.push(passage)
    sum += sizes[index]!
  }
  for (; chosen.length > 0; chosen = chosen.slice(0, -1)) {
    const text = chosen.map((passage, index) => renderPassage(passage, index + 1, boundary)).join('\n\n')
    // What the whole has is measured: a sum of parts can be wrong by what tokenizers do at seams.
    const tokens = (await countTokens([text]))[0]!
    if (tokens <= maxTokens) return { question, passages: chosen, text, tokens, boundary }
  }
  throw new LimitError('No passage fits into the context.', {
    expected: `maxTokens to be at least ${Math.min(...sizes)}, the size of the smallest passage found`,
    received: String(maxTokens),
    remedy: 'Raise maxTokens, or cut the documents into smaller chunks.',
  })
}

function renderPassage({ chunk, document }: Passage, number: number, boundary: string): string {
  const source = [document.id, ...chunk.headings].map((part) => plainText(part).replace(/\s+/g, ' ')).join(' › ')
  return `<<passage ${number} ${boundary}: ${source}>>\n${plainText(textWithLead(chunk))}\n<<end ${number} ${boundary}>>`
}

/** 60 random bits: no document can know them. */
function randomWord(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => (byte & 31).toString(32)).join('')
}

function countBytes(texts: readonly string[]): number[] {
  return texts.map((text) => Math.ceil(new TextEncoder().encode(text).length / 3))
}
