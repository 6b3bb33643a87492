import type { Span } from '@voisin/spec'
import { trimSpan } from './sentences.ts'

// Where a sentence that is too long is cut, the best places first: after what divides it, in any script, then after a word.
const PLACES: readonly RegExp[] = [
  /[;:](?=\s)|[；：؛·;᛫፤፥]|\s[–—](?=\s)/gu,
  /,(?=\s)|[，、،﹐､၊፣]|[)\]](?=\s)/gu,
  /\S(?=\s)/gu,
  /[\p{P}\p{S}](?=[\p{L}\p{N}])/gu,
]
const MARK = /^(?:\p{M}|\u200d|\u200c|\p{Emoji_Modifier}|[\u1160-\u11ff])/u
/** Joins what follows to what stands before: the joiner of emoji, and the sign that a vowel is left out in scripts of India. */
const JOINER = /[\u200d\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca]$/

/**
 * Cuts a span into parts of at most `room` characters, each as long as it can be, where it hurts least: after a semicolon or
 * colon, after a comma, between words, between characters as a reader sees them, and within such a one only where it alone is longer.
 */
export function cutText(text: string, span: Span, room: number): Span[] {
  const parts: Span[] = []
  let rest = trimSpan(text, span)
  while (rest.end - rest.start > room) {
    const cut = placeToCut(text, rest, room)
    const part = trimSpan(text, { start: rest.start, end: cut })
    if (part.start < part.end) parts.push(part)
    rest = trimSpan(text, { start: cut, end: rest.end })
  }
  if (rest.start < rest.end) parts.push(rest)
  return parts
}

function placeToCut(text: string, { start, end }: Span, room: number): number {
  const window = text.slice(start, start + room + 1)
  const least = Math.floor(room * 0.6)
  for (const [rank, place] of PLACES.entries()) {
    let best = -1
    for (const { 0: found, index } of window.matchAll(place)) {
      const at = index + found.length
      if (at <= room) best = at
    }
    // A word alone at the start of something that has no other is no place.
    if (best >= (rank < 2 ? least : room / 4)) return start + best
  }
  for (let at = Math.min(room, end - start); at > 0; at--) if (isBetweenCharacters(text, start, start + at)) return start + at
  return isHigh(text.charCodeAt(start + room - 1)) && isLow(text.charCodeAt(start + room)) ? start + room - 1 : start + room
}

/** Whether what stands before and after an offset are two characters to a reader. */
function isBetweenCharacters(text: string, start: number, at: number): boolean {
  if (isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1))) return false
  const after = text.slice(at, at + 2)
  if (MARK.test(after) || JOINER.test(text[at - 1]!)) return false
  return !isFlag(after) || flagsBefore(text, start, at) % 2 === 0
}

function isFlag(pair: string): boolean {
  return /^[\u{1f1e6}-\u{1f1ff}]/u.test(pair)
}

/** A flag is two letters: counted from where the part begins. */
function flagsBefore(text: string, start: number, at: number): number {
  let count = 0
  for (let i = at - 2; i >= start && isFlag(text.slice(i, i + 2)); i -= 2) count++
  return count
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000
}
