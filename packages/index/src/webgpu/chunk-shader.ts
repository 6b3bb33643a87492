/** What a pass over one block is told, `Chunk` in WGSL: u32 in this order. */
export interface Chunk {
  /** vec4s per row. */
  readonly quads: number
  readonly queries: number
  /** Rows of the block. */
  readonly rows: number
  /** Offset of the block's first row; a multiple of 32. */
  readonly firstOffset: number
  readonly segments: number
  /** Candidates a segment keeps per query. */
  readonly kept: number
  readonly k: number
  /** Candidates that each query brings from earlier blocks: 0 or k. */
  readonly carried: number
}

export function toWords({ quads, queries, rows, firstOffset, segments, kept, k, carried }: Chunk): Uint32Array<ArrayBuffer> {
  return Uint32Array.of(quads, queries, rows, firstOffset, segments, kept, k, carried)
}

/** Bytes of a `Chunk`. */
export const CHUNK_BYTES = 32

/** Declarations that every shader begins with. `NONE` is the key of what is no candidate: no distance has it. */
export const CHUNK_WGSL = `
struct Chunk { quads: u32, queries: u32, rows: u32, firstOffset: u32, segments: u32, kept: u32, k: u32, carried: u32 }
@group(0) @binding(0) var<uniform> chunk: Chunk;
const NONE = 0xffffffffu;
`
