import { LONGEST_WORD } from './string-list.ts'
import { isContinuation } from './utf8.ts'

/** The code points of a word. */
export class CodePoints {
  count = 0
  readonly values: Uint32Array = new Uint32Array(LONGEST_WORD)
  /** Where each begins in the word's bytes, and where the last ends. */
  readonly starts: Uint16Array = new Uint16Array(LONGEST_WORD + 1)

  /** Reads a word of `byteCount` bytes of UTF-8. */
  read(bytes: Uint8Array, byteCount: number): void {
    const { values, starts } = this
    let count = 0
    for (let at = 0; at < byteCount; at++) {
      const byte = bytes[at]!
      if (isContinuation(byte)) {
        values[count - 1] = (values[count - 1]! << 6) | (byte & 0x3f)
        continue
      }
      starts[count] = at
      values[count++] = byte < 0x80 ? byte : byte < 0xe0 ? byte & 0x1f : byte < 0xf0 ? byte & 0x0f : byte & 0x07
    }
    starts[count] = byteCount
    this.count = count
  }
}
