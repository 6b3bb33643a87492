import { checksum } from '@voisin/bytes'

// What docs/format.md says of an index's bytes, once more and apart from hnsw/format.ts: to look into files and to make impossible ones.

/** The bytes of an index, taken apart. Everything may be changed. */
export interface OpenBytes {
  // biome-ignore lint/suspicious/noExplicitAny: impossible settings are what tests want to write
  settings: any
  vectors: Float32Array
  means: Float32Array
  offsetOf: Uint32Array
  links: Uint32Array
  uppers: Uint32Array
  arena: Uint32Array
  linkCounts: Uint8Array
  levels: Uint8Array
  live: Uint8Array
}

const HEADER_BYTES = 20

export function openBytes(given: Uint8Array): OpenBytes {
  const bytes = given.slice()
  const textBytes = new DataView(bytes.buffer).getUint32(16, true)
  const settings = JSON.parse(new TextDecoder().decode(bytes.subarray(HEADER_BYTES, HEADER_BYTES + textBytes)))
  const { count, dim, graph, m } = settings
  let at = HEADER_BYTES + Math.ceil(textBytes / 4) * 4
  const words = (length: number): Uint32Array => {
    at += length * 4
    return new Uint32Array(bytes.buffer, at - length * 4, length)
  }
  const floats = (length: number): Float32Array => {
    const { buffer, byteOffset } = words(length)
    return new Float32Array(buffer, byteOffset, length)
  }
  const small = (length: number): Uint8Array => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const nodes = graph === null ? 0 : count
  const open: OpenBytes = {
    settings,
    vectors: floats(count * dim),
    means: floats(dim),
    offsetOf: words(nodes),
    links: words(graph?.links ?? 0),
    uppers: words(graph?.raised ?? 0),
    arena: words((graph?.records ?? 0) * (m + 1)),
    linkCounts: small(nodes),
    levels: small(nodes),
    live: small(Math.ceil(count / 8)),
  }
  if (Math.ceil(at / 4) * 4 !== bytes.length) throw new Error(`${bytes.length} bytes, of which ${at} are known`)
  return open
}

/** Puts bytes together, with the right checksum. `text`: in place of the settings. */
export function sealBytes(
  open: OpenBytes,
  text: Uint8Array = new TextEncoder().encode(JSON.stringify(open.settings)),
): Uint8Array {
  const { vectors, means, offsetOf, links, uppers, arena, linkCounts, levels, live } = open
  const header = new Uint8Array(HEADER_BYTES + Math.ceil(text.length / 4) * 4)
  header.set(new TextEncoder().encode('VOISINHN'))
  header.set(text, HEADER_BYTES)
  new DataView(header.buffer).setUint32(8, 1, true)
  new DataView(header.buffer).setUint32(16, text.length, true)
  const parts = [header, vectors, means, offsetOf, links, uppers, arena, linkCounts, levels, live].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  )
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const bytes = new Uint8Array(Math.ceil(length / 4) * 4)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  reseal(bytes)
  return bytes
}

/** Writes the right checksum over bytes that were changed. */
export function reseal(bytes: Uint8Array): void {
  const sums = Uint32Array.of(checksum(bytes.subarray(0, 12)), checksum(bytes.subarray(16)))
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(12, checksum(new Uint8Array(sums.buffer)), true)
}

/** How many nodes walks can come by: from the entry, or from wherever the upper levels lead to, along the links of level 0. */
export function reachableCount({ settings, links, linkCounts, levels }: OpenBytes): number {
  const starts: number[] = []
  let place = 0
  for (const count of linkCounts) {
    starts.push(place)
    place += count
  }
  const reached = new Set<number>([settings.graph.entry.node])
  for (const [node, level] of levels.entries()) if (level > 0) reached.add(node)
  // A set is walked through in the order of adding, what is added meanwhile included.
  for (const node of reached) for (let i = 0; i < linkCounts[node]!; i++) reached.add(links[starts[node]! + i]!)
  return reached.size
}
