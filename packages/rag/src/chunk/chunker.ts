import { type Chunk, type Chunker, type Document, InvalidArgumentError, type Span } from '@voisin/spec'
import { type Block, findBlocks } from './blocks.ts'
import { splitBlock } from './split.ts'

/** How documents are cut. */
export interface ChunkerOptions {
  /**
   * Longest chunk, in UTF-16 code units, 64 … 100,000. 900 are about 200 tokens: enough to be understood alone, and less than the
   * 256 that small embedding models read. @default 900
   */
  readonly maxCharacters?: number
}

interface Section {
  readonly level: number
  readonly title: string
  readonly span: Span
  /** Whether a chunk stands under it, so that its title is in that chunk's headings. */
  isCarried: boolean
}

/** Something a reader sees; a chunk of white space and invisible characters alone would be no text to an embedder. */
export const VISIBLE: RegExp = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u

/**
 * A chunker for Markdown and plain text. A chunk never crosses a heading; within a section, blocks (paragraphs, list items, fenced
 * code, tables) are put together up to `maxCharacters`, in chunks of about equal length, and a block is only cut when it alone is
 * longer: code and tables between lines, text between sentences, and only a sentence that is itself too long between words.
 *
 * Chunks do not overlap. Every visible character of the body is in exactly one chunk. Headings are in the `headings` of the chunks
 * below them instead; a heading with nothing below it is a chunk itself.
 *
 * @throws {InvalidArgumentError} `maxCharacters` is out of its range.
 */
export function createChunker(options: ChunkerOptions = {}): Chunker {
  const { maxCharacters = 900 } = options
  if (!Number.isInteger(maxCharacters) || maxCharacters < 64 || maxCharacters > 100_000) {
    throw new InvalidArgumentError('The chunk length is out of range.', {
      expected: 'maxCharacters to be an integer from 64 to 100,000',
      received: String(maxCharacters),
    })
  }
  return {
    fingerprint: `markdown-1:${maxCharacters}`,
    chunk: (document) => chunkMarkdown(document, maxCharacters),
  }
}

function chunkMarkdown({ id, text }: Document, maxCharacters: number): Chunk[] {
  const chunks: Chunk[] = []
  const path: Section[] = []
  let body: Block[] = []

  const add = ({ start, end }: Span, sections: readonly Section[]) => {
    const slice = text.slice(start, end)
    if (!VISIBLE.test(slice)) return
    for (const section of sections) section.isCarried = true
    chunks.push({ id: `${id}#${start}`, documentId: id, start, end, headings: sections.map(({ title }) => title), text: slice })
  }
  const leaveBody = () => {
    for (const span of packBlocks(text, body, maxCharacters)) add(span, path)
    body = []
  }
  const leaveSections = (level: number) => {
    while (path.length > 0 && path.at(-1)!.level >= level) {
      const section = path.pop()!
      if (!section.isCarried) {
        for (const span of splitBlock(text, { kind: 'paragraph', level: 0, title: '', ...section.span }, maxCharacters))
          add(span, path)
      }
    }
  }

  for (const block of findBlocks(text)) {
    if (block.kind !== 'heading') {
      body.push(block)
      continue
    }
    leaveBody()
    leaveSections(block.level)
    path.push({ level: block.level, title: block.title, span: { start: block.start, end: block.end }, isCarried: false })
  }
  leaveBody()
  leaveSections(1)
  return chunks
}

/** Spans of at most `maxCharacters` that hold all blocks, in as few and as equal parts as the places between them allow. */
function packBlocks(text: string, blocks: readonly Block[], maxCharacters: number): Span[] {
  const parts = blocks.flatMap((block) => splitBlock(text, block, maxCharacters))
  if (parts.length === 0) return []
  const total = parts.at(-1)!.end - parts[0]!.start
  const target = total / Math.ceil(total / maxCharacters)
  const spans: Span[] = []
  let { start, end } = parts[0]!
  for (const part of parts.slice(1)) {
    if (part.end - start > maxCharacters || end - start >= target) {
      spans.push({ start, end })
      start = part.start
    }
    end = part.end
  }
  spans.push({ start, end })
  return spans
}

/** A chunk's text under the titles that say what it is about. (They are embedded apart: see `embedChunk`.) */
export function embeddedText(chunk: Pick<Chunk, 'headings' | 'text'>): string {
  return chunk.headings.length === 0 ? chunk.text : `${chunk.headings.join(' › ')}\n${chunk.text}`
}
