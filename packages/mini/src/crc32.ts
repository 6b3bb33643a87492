// Table k tells what a byte does to the sum k bytes later, so that eight bytes are taken at a time.
const TABLES = new Int32Array(8 * 256)
for (let byte = 0; byte < 256; byte++) {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0)
  TABLES[byte] = sum
}
for (let i = 256; i < TABLES.length; i++) TABLES[i] = (TABLES[i - 256]! >>> 8) ^ TABLES[TABLES[i - 256]! & 255]!

/**
 * CRC-32 of bytes as zlib computes it, as u32. It finds damage, not malice.
 *
 * @param before The sum of the bytes that stand before them.
 */
export function crc32(bytes: Uint8Array, before: number = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const eights = bytes.length & ~7
  let sum = ~before
  let at = 0
  for (; at < eights; at += 8) {
    const a = sum ^ view.getInt32(at, true)
    const b = view.getInt32(at + 4, true)
    sum =
      TABLES[1792 + (a & 255)]! ^
      TABLES[1536 + ((a >>> 8) & 255)]! ^
      TABLES[1280 + ((a >>> 16) & 255)]! ^
      TABLES[1024 + (a >>> 24)]! ^
      TABLES[768 + (b & 255)]! ^
      TABLES[512 + ((b >>> 8) & 255)]! ^
      TABLES[256 + ((b >>> 16) & 255)]! ^
      TABLES[b >>> 24]!
  }
  for (; at < bytes.length; at++) sum = (sum >>> 8) ^ TABLES[(sum ^ bytes[at]!) & 255]!
  return ~sum >>> 0
}
