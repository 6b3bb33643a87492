import type { Chunk, Embedder } from '@voisin/spec'
import { textWithLead } from '../chunk/chunker.ts'

/** What is embedded of a chunk: its titles, and its text below its lead, each for itself, since few words say most of what a passage is about. */
export interface Titled {
  /** Empty where it has none. */
  readonly title: string
  readonly text: string
}

/** Of the title's vector, beside that of the text (measured: docs/decisions/0017-finding.md). */
const TITLE_WEIGHT = 0.6
/** A title that asks what people ask says as much as the answer. */
const QUESTION_WEIGHT = 1
const QUESTION = /[?？؟]\s*$/
const MARK = '\0'

/** What is embedded of a chunk, as one string; a chunk without titles is its text. */
export function toEmbedOf(chunk: Pick<Chunk, 'headings' | 'lead' | 'text'>): string {
  const { headings } = chunk
  const text = textWithLead(chunk)
  if (headings.length === 0 && !text.startsWith(MARK)) return text
  return `${MARK}${headings.join(' › ').replaceAll(MARK, ' ')}${MARK}${text}`
}

export function titledOf(toEmbed: string): Titled {
  if (!toEmbed.startsWith(MARK)) return { title: '', text: toEmbed }
  const end = toEmbed.indexOf(MARK, 1)
  return { title: toEmbed.slice(1, end), text: toEmbed.slice(end + 1) }
}

/** The vectors of a title and a text as one, of unit length. */
export function together(title: string, titleVector: Float32Array, text: Float32Array): Float32Array {
  const weight = QUESTION.test(title) ? QUESTION_WEIGHT : TITLE_WEIGHT
  const sum = text.map((value, i) => value + weight * titleVector[i]!)
  const length = Math.hypot(...sum)
  return length === 0 ? text : sum.map((value) => value / length)
}

/** The texts that are embedded of a chunk: its own and, where it has titles, these. */
export function textsToEmbed(chunk: Pick<Chunk, 'headings' | 'lead' | 'text'>): readonly string[] {
  const { title, text } = titledOf(toEmbedOf(chunk))
  return title === '' ? [text] : [text, title]
}

/**
 * The vector of a chunk as a library keeps it: that of its text and, where it has titles, .6 of that of these, or all of it where they end
 * with a question; of unit length.
 *
 * @throws {EmptyTextError} The model knows no word of its text, or of its titles.
 */
export async function embedChunk(
  chunk: Pick<Chunk, 'headings' | 'lead' | 'text'>,
  embedder: Pick<Embedder, 'embedDocuments'>,
  call: { readonly signal?: AbortSignal } = {},
): Promise<Float32Array> {
  const texts = textsToEmbed(chunk)
  const { data, dim } = await embedder.embedDocuments(texts, call)
  return texts.length === 1 ? data : together(texts[1]!, data.subarray(dim), data.subarray(0, dim))
}
