const PRIMES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1] as const

/** A record of format.md whose length and checksum are right for its content, whatever was changed in it. */
export function sealed(record: Uint8Array): Uint8Array {
  const copy = record.slice()
  const view = new DataView(copy.buffer)
  view.setUint32(8, copy.length - 16, true)
  const checksum = (Math.imul(xxHash32(copy.subarray(0, 12)), PRIMES[0]) ^ xxHash32(copy.subarray(16))) >>> 0
  view.setUint32(12, checksum, true)
  return copy
}

/** A second writing of the checksum, from its description, so that the tests do not lean on what they test. */
function xxHash32(bytes: Uint8Array): number {
  const [p1, p2, p3, p4, p5] = PRIMES
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const turn = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits))
  let at = 0
  let hash: number = p5
  if (bytes.length >= 16) {
    const lanes = [p1 + p2, p2, 0, -p1]
    for (; at + 16 <= bytes.length; at += 16) {
      for (const i of lanes.keys()) {
        lanes[i] = Math.imul(turn((lanes[i]! + Math.imul(view.getInt32(at + 4 * i, true), p2)) | 0, 13), p1)
      }
    }
    hash = [1, 7, 12, 18].reduce((sum, bits, i) => (sum + turn(lanes[i]!, bits)) | 0, 0)
  }
  hash = (hash + bytes.length) | 0
  for (; at + 4 <= bytes.length; at += 4) hash = Math.imul(turn((hash + Math.imul(view.getInt32(at, true), p3)) | 0, 17), p4)
  for (; at < bytes.length; at++) hash = Math.imul(turn((hash + Math.imul(bytes[at]!, p5)) | 0, 11), p1)
  hash = Math.imul(hash ^ (hash >>> 15), p2)
  hash = Math.imul(hash ^ (hash >>> 13), p3)
  return (hash ^ (hash >>> 16)) >>> 0
}
