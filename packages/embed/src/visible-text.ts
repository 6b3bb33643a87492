import { EmptyTextError, InvalidArgumentError } from '@voisin/spec'

/** A character that is neither space, control, format character, half of a pair, nor ignorable. */
const VISIBLE = /[^\s\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/u

/** @throws {InvalidArgumentError} It is no array, or something in it is not a string. */
export function checkStrings(texts: readonly string[]): void {
  if (!Array.isArray(texts)) {
    throw new InvalidArgumentError('Texts come as an array.', { expected: 'an array of strings', received: typeof texts })
  }
  texts.forEach((text, position) => {
    if (typeof text === 'string') return
    const received = text === null ? 'null' : typeof text
    throw new InvalidArgumentError(`The text at position ${position} is not one.`, { expected: 'a string', received })
  })
}

/**
 * Refuses what has no meaning to embed: a vector of nothing is near to anything.
 *
 * @throws {InvalidArgumentError} Something is not a string.
 * @throws {EmptyTextError} A text has no visible character.
 */
export function checkTexts(texts: readonly string[]): void {
  checkStrings(texts)
  texts.forEach((text, position) => {
    if (!VISIBLE.test(text)) throw emptyText(position, text, 'has no visible character')
  })
}

/** The error for a text that there is nothing to embed of. */
export function emptyText(position: number, text: string, why: string): EmptyTextError {
  return new EmptyTextError(`The text at position ${position} ${why}.`, {
    expected: 'at least one character that can be read',
    received: `${text.length} characters`,
    remedy: 'Leave empty texts out.',
  })
}
