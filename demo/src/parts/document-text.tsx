import type { Span } from '@voisin/spec'
import type { ComponentChildren } from 'preact'
import './document-text.css'

interface Props {
  readonly text: string
  /** Where `text` begins in the document: spans count from the document's first character. */
  readonly from?: number
  /** Ranges to mark, in order, not overlapping. */
  readonly marks?: readonly Span[]
  /** One line of running text without headings, for a list of results. */
  readonly isExcerpt?: boolean
}

type Block = Span & { readonly kind: 'heading' | 'item' | 'code' | 'paragraph'; readonly level: number }

/**
 * A document's own characters, set as a page. It reads the few Markdown signs that change how a line looks and keeps every
 * offset, so that a mark always stands on the characters it was made for. Nothing in a document becomes markup.
 */
export function DocumentText({ text, from = 0, marks = [], isExcerpt = false }: Props) {
  const blocks = blocksOf(text)
  const shown = isExcerpt ? blocks.filter(({ kind }) => kind !== 'heading') : blocks
  const inked = (block: Block) => ink(text, block, from, marks)
  if (isExcerpt) return <>{(shown.length > 0 ? shown : blocks).map((block) => [inked(block), ' '])}</>
  return (
    <div class="document-text">
      {shown.map((block) => {
        if (block.kind === 'heading') return <Heading level={block.level}>{inked(block)}</Heading>
        if (block.kind === 'item') return <p class="item">{inked(block)}</p>
        return <p class={block.kind === 'code' ? 'code' : undefined}>{inked(block)}</p>
      })}
    </div>
  )
}

function Heading({ level, children }: { readonly level: number; readonly children: ComponentChildren }) {
  if (level === 1) return <h2 class="level-1">{children}</h2>
  if (level === 2) return <h3 class="level-2">{children}</h3>
  return <h4 class="level-3">{children}</h4>
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let isFenced = false
  let open: { start: number; end: number; kind: 'item' | 'paragraph' } | undefined
  const close = () => {
    if (open) blocks.push({ ...open, level: 0 })
    open = undefined
  }
  for (const line of text.matchAll(/[^\n]+/g)) {
    const [content] = line
    const [start, end] = [line.index, line.index + content.length]
    if (start > 1 && text[start - 2] === '\n' && !isFenced) close()
    const heading = /^(#{1,6})\s+/.exec(content)
    const item = /^\s*(?:[-*+]|\d+[.)])\s+/.exec(content)
    if (/^\s*(```|~~~)/.test(content)) {
      close()
      isFenced = !isFenced
    } else if (isFenced) blocks.push({ kind: 'code', level: 0, start, end })
    else if (content.trim() === '') close()
    else if (heading) {
      close()
      blocks.push({ kind: 'heading', level: heading[1]!.length, start: start + heading[0].length, end })
    } else if (item) {
      close()
      open = { kind: 'item', start: start + item[0].length, end }
    } else if (open) open.end = end
    else open = { kind: 'paragraph', start, end }
  }
  close()
  return blocks
}

// Emphasis, code and links: the signs are not shown, what they enclose is.
const SIGNS = /\*\*|__|(?<![\p{L}\p{N}])[*_](?=\S)|(?<=\S)[*_](?![\p{L}\p{N}])|`|!?\[(?=[^\]\n]+\]\()|\]\([^)\n]*\)/gu

function ink(text: string, block: Block, from: number, marks: readonly Span[]): ComponentChildren[] {
  const visible: Span[] = []
  let at = block.start
  if (block.kind !== 'code')
    for (const sign of text.slice(block.start, block.end).matchAll(SIGNS)) {
      const start = block.start + sign.index
      if (start > at) visible.push({ start: at, end: start })
      at = Math.max(at, start + sign[0].length)
    }
  if (block.end > at) visible.push({ start: at, end: block.end })
  return visible.flatMap((piece) => cut(text, piece, from, marks))
}

function cut(text: string, piece: Span, from: number, marks: readonly Span[]): ComponentChildren[] {
  const parts: ComponentChildren[] = []
  let at = piece.start
  for (const mark of marks) {
    const start = Math.max(at, mark.start - from)
    const end = Math.min(piece.end, mark.end - from)
    if (end <= start) continue
    if (start > at) parts.push(text.slice(at, start))
    parts.push(<mark>{text.slice(start, end)}</mark>)
    at = end
  }
  if (piece.end > at) parts.push(text.slice(at, piece.end))
  return parts
}
