import { CorruptDataError, LimitError } from '@voisin/spec'

/** What an archive may become. */
export interface UnpackLimits {
  /** Bytes of all its entries together, unpacked. @default 524,288,000 */
  readonly maxBytes?: number
  /** How many times its packed size an entry may have, once it is larger than 16 MiB. @default 200 */
  readonly maxRatio?: number
  /** @default 10,000 */
  readonly maxEntries?: number
}

export const DEFAULT_LIMITS: Required<UnpackLimits> = { maxBytes: 500 * 2 ** 20, maxRatio: 200, maxEntries: 10_000 }

/** Below it any ratio will do: a small sheet of one repeated row is no bomb. */
const RATIO_FLOOR_BYTES = 16 * 2 ** 20

/** Counts what an archive has become so far; one for all of its entries. */
export class UnpackBudget {
  readonly #archive: string
  readonly #limits: Required<UnpackLimits>
  #bytes = 0

  /** Whether nothing more of the archive may be unpacked. */
  get isSpent(): boolean {
    return this.#bytes > this.#limits.maxBytes
  }

  constructor(archive: string, limits: UnpackLimits = {}) {
    this.#archive = archive
    this.#limits = { ...DEFAULT_LIMITS, ...limits }
  }

  /**
   * @param bytes Unpacked now.
   * @throws {LimitError} The archive, or this entry of it, is larger than it may be.
   */
  spend(bytes: number, entry: { readonly name: string; readonly packed: number; readonly unpacked: number }): void {
    this.#bytes += bytes
    const { maxBytes, maxRatio } = this.#limits
    if (this.#bytes > maxBytes) {
      throw new LimitError(`"${entry.name}" in "${this.#archive}" is not unpacked any further.`, {
        expected: `at most ${maxBytes} bytes in the whole archive`,
        received: 'more',
        remedy: 'Unpack it yourself, and add what is in it.',
      })
    }
    if (entry.unpacked > RATIO_FLOOR_BYTES && entry.unpacked > maxRatio * entry.packed) {
      throw new LimitError(`"${entry.name}" in "${this.#archive}" is not unpacked any further.`, {
        expected: `at most ${maxRatio} times its packed size`,
        received: `more than ${entry.unpacked} bytes from ${entry.packed}`,
        remedy: 'It looks like a zip bomb. If it is none, unpack it yourself, and add what is in it.',
      })
    }
  }
}

/** An entry to unpack. */
interface Packed {
  /** For errors. */
  readonly name: string
  /** Of its data, unpacked. */
  readonly size: number
  /** The archive's name, for errors. */
  readonly archive: string
  readonly budget: UnpackBudget
  readonly signal?: AbortSignal | undefined
}

/**
 * Inflates raw deflate data by the platform's own means, and counts while it does: a bomb is noticed when it passes a limit, not when it has
 * filled the memory. Everything in this folder that inflates does it here.
 *
 * @param packed Exactly the entry's data.
 * @throws {LimitError} It became too large.
 * @throws {CorruptDataError} It is no deflate data, or not all of it.
 */
export async function inflate(packed: Uint8Array, { name, size, archive, budget, signal }: Packed): Promise<Uint8Array> {
  const inflater = new DecompressionStream('deflate-raw')
  const writer = inflater.writable.getWriter()
  // How writing fares is told by reading.
  const fed = feed(writer, packed).catch(() => {})
  const reader = inflater.readable.getReader()
  const pieces: Uint8Array[] = []
  let unpacked = 0
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw damaged(name, archive, cause)
      })
      if (done) break
      unpacked += value.length
      if (unpacked > size) throw damaged(name, archive)
      budget.spend(value.length, { name, packed: packed.length, unpacked })
      pieces.push(value)
    }
  } finally {
    await reader.cancel().catch(() => {})
    await fed
  }
  if (unpacked < size) throw damaged(name, archive)
  return joined(pieces, unpacked)
}

/** In slices, each awaited: the platform inflates no more of a bomb than is read. */
const SLICE_BYTES = 16_384

async function feed(writer: WritableStreamDefaultWriter<BufferSource>, packed: Uint8Array): Promise<void> {
  for (let start = 0; start < packed.length; start += SLICE_BYTES) {
    await writer.ready
    // A copy where the memory is shared, which streams do not take.
    await writer.write(packed.slice(start, start + SLICE_BYTES) as Uint8Array<ArrayBuffer>)
  }
  await writer.close()
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export function damaged(name: string, archive: string, cause?: unknown): CorruptDataError {
  return new CorruptDataError(`"${name}" in "${archive}" cannot be unpacked.`, {
    expected: 'an archive that is whole',
    received: 'damaged data',
    dataState: 'intact',
    ...(cause !== undefined && { cause }),
  })
}
