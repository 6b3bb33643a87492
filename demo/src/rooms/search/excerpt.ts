import type { Passage } from '@voisin/spec'

const LONGEST = 340

interface Excerpt {
  readonly text: string
  /** Where `text` begins in the chunk. */
  readonly from: number
  readonly isCutBefore: boolean
  readonly isCutAfter: boolean
}

/** The part of a passage that is shown in a list: from the sentence of the first word found, and not too long. */
export function excerptOf({ chunk, matches }: Pick<Passage, 'chunk' | 'matches'>): Excerpt {
  const { text } = chunk
  if (text.length <= LONGEST) return { text, from: 0, isCutBefore: false, isCutAfter: false }
  const first = matches[0]?.start ?? 0
  const before = text.slice(0, first)
  const sentence = Math.max(before.lastIndexOf('\n'), before.search(/[.!?]\s[^.!?]*$/))
  const from = first < LONGEST / 2 ? 0 : Math.max(sentence + 1, first - LONGEST / 2)
  const start = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0)
  const room = text.slice(start, start + LONGEST)
  const end = start + LONGEST >= text.length ? text.length : start + Math.max(room.lastIndexOf(' '), LONGEST / 2)
  return { text: text.slice(start, end), from: start, isCutBefore: start > 0, isCutAfter: end < text.length }
}
