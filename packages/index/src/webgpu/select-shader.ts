import { CHUNK_WGSL } from './chunk-shader.ts'

/** Rows of which one workgroup selects the nearest: their keys fill 8 KiB of workgroup memory. */
export const SEGMENT = 2048

/**
 * The k smallest of a list of (offset, key) pairs, by radix selection: eight turns at most, each of which counts one byte of what is
 * still undecided, the key's four bytes first, then the offset's. No two pairs are equal, so the limit splits the list at exactly k,
 * and among equal keys the smaller offsets are kept. Which pairs are kept is certain; in which order they are written is not: whoever
 * reads them sorts. A shader that uses it says what `pairAt(i)` is. 256 invocations.
 */
const SELECT_WGSL = `
var<workgroup> bins: array<array<atomic<u32>, 256>, 2>;
var<workgroup> sums: array<u32, 16>;
var<workgroup> chosen: vec3u;
var<workgroup> taken: atomic<u32>;

// The byte in whose bin the wanted-th pair is, how many lie in bins below, and how many in this one. If there are fewer than wanted,
// it is the last byte. There are two sets of bins: each turn counts in one and empties the other.
fn chooseByte(lane: u32, side: u32, wanted: u32) -> vec3u {
  atomicStore(&bins[side ^ 1u][lane], 0u);
  workgroupBarrier();
  if (lane < 16u) {
    var sum = 0u;
    for (var i = 0u; i < 16u; i++) { sum += atomicLoad(&bins[side][lane * 16u + i]); }
    sums[lane] = sum;
  }
  workgroupBarrier();
  if (lane == 0u) {
    var below = 0u;
    var part = 0u;
    while (part < 15u && below + sums[part] < wanted) {
      below += sums[part];
      part++;
    }
    var byte = part * 16u;
    var size = atomicLoad(&bins[side][byte]);
    while (byte < part * 16u + 15u && below + size < wanted) {
      below += size;
      byte++;
      size = atomicLoad(&bins[side][byte]);
    }
    chosen = vec3u(byte, below, size);
  }
  return workgroupUniformLoad(&chosen);
}

// The largest pair to keep.
fn limitOf(lane: u32, length: u32, k: u32) -> vec2u {
  var limit = vec2u();
  var decided = vec2u();
  var wanted = k;
  for (var turn = 0u; turn < 8u; turn++) {
    let part = 1u - (turn >> 2u);
    let shift = 24u - 8u * (turn & 3u);
    let side = turn & 1u;
    for (var i = lane; i < length; i += 256u) {
      let pair = pairAt(i);
      if (pair.y != NONE && all((pair & decided) == limit)) { atomicAdd(&bins[side][(pair[part] >> shift) & 255u], 1u); }
    }
    let choice = chooseByte(lane, side, wanted);
    limit[part] |= choice.x << shift;
    decided[part] |= 255u << shift;
    wanted -= choice.y;
    if (choice.z <= wanted) { break; }
  }
  return limit | ~decided;
}

// Writes the k smallest from kept[first] on; NONE fills what is left.
fn keepSmallest(lane: u32, length: u32, k: u32, first: u32) {
  let limit = limitOf(lane, length, k);
  for (var i = lane; i < length; i += 256u) {
    let pair = pairAt(i);
    if (pair.y != NONE && (pair.y < limit.y || (pair.y == limit.y && pair.x <= limit.x))) {
      kept[first + atomicAdd(&taken, 1u)] = pair;
    }
  }
  workgroupBarrier();
  for (var i = atomicLoad(&taken) + lane; i < k; i += 256u) { kept[first + i] = vec2u(NONE); }
}
`

/** First stage: of each segment of a block's rows, the nearest `chunk.kept`. One workgroup per segment and query. */
export const SEGMENT_WGSL: string = `${CHUNK_WGSL}${SELECT_WGSL}
@group(0) @binding(1) var<storage, read> keys: array<u32>;
@group(0) @binding(2) var<storage, read_write> kept: array<vec2u>;

var<workgroup> segmentKeys: array<u32, ${SEGMENT}>;
var<private> firstOffset: u32;

fn pairAt(i: u32) -> vec2u { return vec2u(firstOffset + i, segmentKeys[i]); }

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let firstRow = group.x * ${SEGMENT}u;
  let length = min(${SEGMENT}u, chunk.rows - firstRow);
  firstOffset = chunk.firstOffset + firstRow;
  for (var i = lane; i < length; i += 256u) { segmentKeys[i] = keys[group.y * chunk.rows + firstRow + i]; }
  workgroupBarrier();
  keepSmallest(lane, length, chunk.kept, (group.y * chunk.segments + group.x) * chunk.kept);
}
`

/** Second stage: of all segments' candidates and those of earlier blocks, the nearest k. One workgroup per query. */
export const MERGE_WGSL: string = `${CHUNK_WGSL}${SELECT_WGSL}
@group(0) @binding(1) var<storage, read> candidates: array<vec2u>;
@group(0) @binding(2) var<storage, read> carried: array<vec2u>;
@group(0) @binding(3) var<storage, read_write> kept: array<vec2u>;

var<private> query: u32;

fn pairAt(i: u32) -> vec2u {
  if (i < chunk.carried) { return carried[query * chunk.k + i]; }
  return candidates[query * chunk.segments * chunk.kept + i - chunk.carried];
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  query = group.x;
  keepSmallest(lane, chunk.carried + chunk.segments * chunk.kept, chunk.k, query * chunk.k);
}
`
