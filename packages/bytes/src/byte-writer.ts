const encoder = new TextEncoder()

const TWO_32 = 2 ** 32

/** Bytes over an ArrayBuffer: spelled so that compilers before 5.7, whose arrays have no parameter, read it too. */
export type OwnBytes = ReturnType<Uint8Array['slice']>

/** Writes little-endian values one after the other into a buffer that grows. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  u8(value: number): void {
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
  }

  u32(value: number): void {
    const at = this.#grow(4)
    this.#view.setUint32(at, value, true)
  }

  /** An integer of 0 to 2³¹ − 1, seven bits to a byte, lowest first; the high bit says that more follow (LEB128). */
  varint(value: number): void {
    let left = value
    for (; left > 0x7f; left >>>= 7) this.u8((left & 0x7f) | 0x80)
    this.u8(left)
  }

  /** A safe non-negative integer, in eight bytes. */
  u64(value: number): void {
    const at = this.#grow(8)
    this.#view.setUint32(at, value % TWO_32, true)
    this.#view.setUint32(at + 4, Math.floor(value / TWO_32), true)
  }

  bytes(value: Uint8Array): void {
    const at = this.#grow(value.length)
    this.#bytes.set(value, at)
  }

  /** f32 values as their bytes. Every platform with WebAssembly is little-endian. */
  floats(value: Float32Array): void {
    this.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  }

  /** A string as its UTF-8 length (u32) and bytes. */
  string(value: string): void {
    const bytes = encoder.encode(value)
    this.u32(bytes.length)
    this.bytes(bytes)
  }

  /** Zeros up to a length of `length`; nothing where it is longer already. */
  pad(length: number): void {
    if (length > this.#length) this.#grow(length - this.#length)
  }

  /** Zeros up to a multiple of `bytes`. */
  align(bytes: number): void {
    this.pad(Math.ceil(this.#length / bytes) * bytes)
  }

  /** What was written. Shares memory with the writer, which must not be used afterwards. */
  finish(): OwnBytes {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Makes room and returns where it begins. Replaces the buffer: what is to write there must be looked up afterwards. */
  #grow(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }
}
