import { refusal } from './refusal.ts'
import { countCodePoints, isContinuation } from './utf8.ts'

/** Code points of the longest word that is read from a text. */
export const LONGEST_WORD = 64
/** UTF-8 bytes of such a word, at most. */
export const LONGEST_WORD_BYTES: number = LONGEST_WORD * 4

/** Strings in ascending order of their UTF-8 bytes. String i is bytes[starts[i] … starts[i + 1]). */
export interface StringList {
  readonly count: number
  readonly bytes: Uint8Array
  /** count + 1 */
  readonly starts: Uint32Array
}

/**
 * Unpacks a list in which each string names only the bytes that it does not share with the one before.
 *
 * @param costs Where each string is followed by a byte, these are written here: length `count`.
 * @throws {ModelLoadError} The section does not hold exactly `count` strings in strictly ascending order, each of 1 … 64 code points.
 */
export function readStrings(section: Uint8Array, count: number, costs?: Uint8Array): StringList {
  const total = measure(section, count, costs === undefined ? 0 : 1)
  const bytes = new Uint8Array(total)
  const starts = new Uint32Array(count + 1)
  let at = 0
  let before = 0
  let start = 0
  for (let i = 0; i < count; i++) {
    const own = start + section[at++]!
    const end = own + section[at++]!
    // Loops, since the bytes are so few that a call would take longer.
    for (let to = start, from = before; to < own; to++, from++) bytes[to] = bytes[from]!
    for (let to = own; to < end; to++) bytes[to] = section[at++]!
    let differing = own
    let other = before + own - start
    while (other < start && differing < end && bytes[other] === bytes[differing]) {
      other++
      differing++
    }
    if (differing === end || (other < start && bytes[other]! > bytes[differing]!))
      throw refusal('strings in ascending order', `disorder at string ${i}`)
    // Together with the check of all bytes at once below: no string ends within a character.
    if (isContinuation(bytes[start]!)) throw refusal('strings of UTF-8', `other bytes in string ${i}`)
    if (end - start > LONGEST_WORD && countCodePoints(bytes, start, end) > LONGEST_WORD)
      throw refusal(`strings of at most ${LONGEST_WORD} code points`, `more in string ${i}`)
    if (costs !== undefined) costs[i] = section[at++]!
    before = start
    start = end
    starts[i + 1] = end
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refusal('strings of UTF-8', 'other bytes')
  }
  return { count, bytes, starts }
}

// Before anything is allocated, since a count may be any number. Returns how many bytes the strings have in all.
function measure(section: Uint8Array, count: number, tail: number): number {
  let at = 0
  let total = 0
  let before = 0
  for (let i = 0; i < count; i++) {
    if (at + 2 > section.length) throw refusal(`${count} strings`, `${i}`)
    const shared = section[at]!
    const own = section[at + 1]!
    if (shared > before) throw refusal(`at most ${before} shared bytes in string ${i}`, `${shared}`)
    before = shared + own
    if (before > LONGEST_WORD_BYTES) throw refusal(`at most ${LONGEST_WORD_BYTES} bytes in string ${i}`, `${before}`)
    total += before
    at += 2 + own + tail
  }
  if (at !== section.length) throw refusal(`${count} strings in ${section.length} bytes`, `${at} bytes`)
  return total
}
