import { CHUNK_WGSL } from './chunk-shader.ts'

/** Queries and rows per workgroup; 16 × 16 invocations with 4 × 4 pairs each. */
export const TILE = 64

/**
 * Keys of the distances of all queries to all rows of a block: `keys[query · rows + row]`, NONE where the mask has no bit.
 *
 * A matrix product in tiles: 64 queries and 64 rows, 16 elements deep, lie in workgroup memory, and an invocation holds 16 sums in
 * registers, so that 8 reads of vec4 serve 64 multiply-adds. Rows lie 5 vec4 apart, not 4: an odd stride spreads neighbours over all
 * banks of the memory. 10 KiB of the 16 that every device has.
 *
 * Every pair is summed by the same chain of explicit `fma`, whatever tile and place it has: equal vectors have equal distances, bit
 * for bit. l2 sums squared differences; |a|² + |b|² − 2ab would be quicker and lose the digits of what is near.
 *
 * A key orders as its distance does, but as u32: negative floats have all bits flipped, others the sign alone. −0 becomes 0 by its
 * bits, because WGSL lets a compiler ignore a zero's sign.
 */
export const TILE_WGSL: string = `${CHUNK_WGSL}
@group(0) @binding(1) var<storage, read> queries: array<vec4f>;
@group(0) @binding(2) var<storage, read> vectors: array<vec4f>;
@group(0) @binding(3) var<storage, read> mask: array<u32>;
@group(0) @binding(4) var<storage, read_write> keys: array<u32>;

override metric: u32;
const COSINE = 0u;
const L2 = 2u;
const STRIDE = 5u;

var<workgroup> queryTile: array<vec4f, ${TILE * 5}>;
var<workgroup> rowTile: array<vec4f, ${TILE * 5}>;

fn add(sum: f32, a: vec4f, b: vec4f) -> f32 {
  if (metric == L2) {
    let d = a - b;
    return fma(d.w, d.w, fma(d.z, d.z, fma(d.y, d.y, fma(d.x, d.x, sum))));
  }
  return fma(a.w, b.w, fma(a.z, b.z, fma(a.y, b.y, fma(a.x, b.x, sum))));
}

fn add4(sums: vec4f, a: vec4f, b0: vec4f, b1: vec4f, b2: vec4f, b3: vec4f) -> vec4f {
  return vec4f(add(sums.x, a, b0), add(sums.y, a, b1), add(sums.z, a, b2), add(sums.w, a, b3));
}

fn keyOf(sum: f32) -> u32 {
  var distance = sum;
  if (metric == COSINE) { distance = clamp(1.0 - sum, 0.0, 2.0); } else if (metric != L2) { distance = 0.0 - sum; }
  var bits = bitcast<u32>(distance);
  if (bits == 0x80000000u) { bits = 0u; }
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

fn write(query: u32, row: u32, sum: f32) {
  if (query >= chunk.queries || row >= chunk.rows) { return; }
  let offset = chunk.firstOffset + row;
  let isMarked = ((mask[offset >> 5u] >> (offset & 31u)) & 1u) == 1u;
  keys[query * chunk.rows + row] = select(NONE, keyOf(sum), isMarked);
}

fn write4(query: u32, row: u32, sums: vec4f) {
  write(query, row, sums.x);
  write(query, row + 16u, sums.y);
  write(query, row + 32u, sums.z);
  write(query, row + 48u, sums.w);
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) tile: vec3u, @builtin(local_invocation_id) place: vec3u, @builtin(local_invocation_index) lane: u32) {
  let quads = chunk.quads;
  let loadRow = lane >> 2u;
  let loadQuad = lane & 3u;
  let loadAt = loadRow * STRIDE + loadQuad;
  let query = tile.y * ${TILE}u + loadRow;
  let row = tile.x * ${TILE}u + loadRow;
  let a = place.y * STRIDE;
  let b = place.x * STRIDE;
  var sums0 = vec4f();
  var sums1 = vec4f();
  var sums2 = vec4f();
  var sums3 = vec4f();
  for (var first = 0u; first < quads; first += 4u) {
    let quad = first + loadQuad;
    var ofQuery = vec4f();
    var ofRow = vec4f();
    if (quad < quads && query < chunk.queries) { ofQuery = queries[query * quads + quad]; }
    if (quad < quads && row < chunk.rows) { ofRow = vectors[row * quads + quad]; }
    workgroupBarrier();
    queryTile[loadAt] = ofQuery;
    rowTile[loadAt] = ofRow;
    workgroupBarrier();
    for (var i = 0u; i < 4u; i++) {
      let b0 = rowTile[b + i];
      let b1 = rowTile[b + i + 16u * STRIDE];
      let b2 = rowTile[b + i + 32u * STRIDE];
      let b3 = rowTile[b + i + 48u * STRIDE];
      sums0 = add4(sums0, queryTile[a + i], b0, b1, b2, b3);
      sums1 = add4(sums1, queryTile[a + i + 16u * STRIDE], b0, b1, b2, b3);
      sums2 = add4(sums2, queryTile[a + i + 32u * STRIDE], b0, b1, b2, b3);
      sums3 = add4(sums3, queryTile[a + i + 48u * STRIDE], b0, b1, b2, b3);
    }
  }
  let firstQuery = tile.y * ${TILE}u + place.y;
  let firstRow = tile.x * ${TILE}u + place.x;
  write4(firstQuery, firstRow, sums0);
  write4(firstQuery + 16u, firstRow, sums1);
  write4(firstQuery + 32u, firstRow, sums2);
  write4(firstQuery + 48u, firstRow, sums3);
}
`
