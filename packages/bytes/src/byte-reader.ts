import { CorruptDataError } from '@voisin/spec'

// Without `ignoreBOM` a string's own U+FEFF at its beginning would be taken for a mark, and left out.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const TWO_32 = 2 ** 32

/** Reads what {@link ByteWriter} wrote. Every read is checked against the end of the bytes: a wrong count never allocates. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  /** @throws {CorruptDataError} It is 2³¹ or more. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8()
      if (shift === 28 && byte > 7) break
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw new CorruptDataError('A stored number is too long.')
  }

  u64(): number {
    const at = this.#take(8)
    const value = this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * TWO_32
    if (!Number.isSafeInteger(value)) throw new CorruptDataError(`A stored number, ${value}, is beyond the safe integers.`)
    return value
  }

  /** A view of the next bytes; not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.#take(count)
    return this.#bytes.subarray(at, at + count)
  }

  /** Passes over what `ByteWriter.align` wrote. */
  align(bytes: number): void {
    this.#take(Math.ceil(this.#at / bytes) * bytes - this.#at)
  }

  /** The next `count` f32 values: a view of the bytes where they lie as f32 values must, else a copy. */
  floats(count: number): ReturnType<Float32Array['slice']> {
    const at = this.#bytes.byteOffset + this.#take(count * 4)
    if (at % 4 === 0) return new Float32Array(this.#bytes.buffer as ArrayBuffer, at, count)
    return new Float32Array(this.#bytes.buffer.slice(at, at + count * 4) as ArrayBuffer)
  }

  string(): string {
    const bytes = this.bytes(this.u32())
    try {
      return decoder.decode(bytes)
    } catch (cause) {
      throw new CorruptDataError('A stored string is not UTF-8.', { cause })
    }
  }

  /** Throws where bytes are left over: a longer record than its counts say is not ours. */
  end(): void {
    if (this.left !== 0) throw new CorruptDataError(`A stored record has ${this.left} bytes more than its counts say.`)
  }

  #take(count: number): number {
    const at = this.#at
    if (count > this.#bytes.length - at) {
      throw new CorruptDataError('A stored record ends too early.', {
        expected: `${count} more bytes`,
        received: `${this.#bytes.length - at}`,
      })
    }
    this.#at = at + count
    return at
  }
}
