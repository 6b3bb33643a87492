/** A file that goes into an archive. */
export interface Packed {
  readonly path: string
  readonly bytes: Uint8Array | string
  /** Of the local and the central header. @default true */
  readonly isDeflated?: boolean
  /** Bits of the general purpose flag beside that of UTF-8. */
  readonly flags?: number
  /** What the archive says instead of the true size. */
  readonly saidSize?: number
}

/** Writes a zip archive, as other programs do. */
export async function writeZip(files: readonly Packed[], comment = ''): Promise<Uint8Array> {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const { path, bytes, isDeflated = true, flags = 0, saidSize } of files) {
    const plain = typeof bytes === 'string' ? encoder.encode(bytes) : bytes
    const packed = isDeflated ? await deflate(plain) : plain
    const name = encoder.encode(path)
    const common = [
      u16(20),
      u16(0x800 | flags),
      u16(isDeflated ? 8 : 0),
      u32(0),
      u32(crcOf(plain)),
      u32(packed.length),
      u32(saidSize ?? plain.length),
    ]
    const local = [u32(0x04034b50), ...common, u16(name.length), u16(0), name, packed]
    directory.push(
      ...[u32(0x02014b50), u16(20), ...common, u16(name.length), u16(0), u16(0), u16(0), u16(0), u32(0), u32(offset), name],
    )
    parts.push(...local)
    offset += lengthOf(local)
  }
  const said = encoder.encode(comment)
  const end = [
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(files.length),
    u16(files.length),
    u32(lengthOf(directory)),
    u32(offset),
    u16(said.length),
    said,
  ]
  return joined([...parts, ...directory, ...end])
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  return crc
})

function crcOf(bytes: Uint8Array): number {
  return ~bytes.reduce((crc, byte) => TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8), -1) >>> 0
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >> 8) & 255)
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255)
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(lengthOf(parts))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
