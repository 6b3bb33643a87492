import type { Place } from '../extracted.ts'
import type { Block } from './blocks.ts'

/** Writes blocks as Markdown, and where in it each page begins. */
export function writeMarkdown(blocks: readonly Block[]): { readonly text: string; readonly places: readonly Place[] } {
  const pieces: string[] = []
  const places: Place[] = []
  let length = 0
  let page = 0
  const push = (piece: string) => {
    pieces.push(piece)
    length += piece.length
  }
  for (const [index, block] of blocks.entries()) {
    if (index > 0) push(block.kind === 'item' && blocks[index - 1]!.kind === 'item' ? '\n' : '\n\n')
    const start = length
    const [before, after] = marks(block)
    push(before)
    for (const [at, part] of block.parts.entries()) {
      // A block that goes on from another page, as one cut in two by a figure may, opens no earlier page anew.
      if (part.page > page) {
        page = part.page
        places.push({ start: at === 0 ? start : length, page })
      }
      push(at === 0 && block.kind === 'paragraph' ? escaped(part.text) : part.text)
    }
    push(after)
  }
  return { text: pieces.join(''), places }
}

function marks({ kind, level, parts }: Block): readonly [string, string] {
  if (kind === 'heading') return [`${'#'.repeat(Math.min(6, level))} `, '']
  if (kind === 'item') return ['  '.repeat(level), '']
  if (kind !== 'code') return ['', '']
  const fence = parts.some(({ text }) => text.includes('```')) ? '~~~~' : '```'
  return [`${fence}\n`, `\n${fence}`]
}

/** What begins as Markdown's marks do, and is none. */
const escaped = (text: string): string => text.replace(/^(?=#{1,6}\s|```|~~~|(?:-+|=+)[ \t]*$)/gm, '\\')
