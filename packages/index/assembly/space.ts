// Where everything lies. Addresses are bytes; `place` reads them from a table that TypeScript writes (`src/hnsw/space.ts` names its fields in the
// same order). A node is a place in the graph; an offset is what the caller knows: the order of adding. After a bulk build the two differ.

/** u7 codes with bias 64, `codeBytes` a node: a multiple of 64, padded with 64s, which are zeros. */
export let codes: usize = 0
export let codeBytes: usize = 0
/** For l2 and dot: |c|² of the signed code, u32 a node. Else 0. */
export let codeNorms: usize = 0
/** For dot: the added dimension that makes all norms alike, in steps of the code, i32 a node. Else 0. */
export let codeGaps: usize = 0
/** Links of level 0: `m0` u32 a node, of which `linkCounts` (u8) are valid. */
export let links: usize = 0
export let linkCounts: usize = 0
/** Top level of a node, u8. */
export let levels: usize = 0
/** First record of a node's upper levels in the arena, u32; record r belongs to level r − first + 1. */
export let uppers: usize = 0
/** Records of a u32 count and `m` u32 links. */
export let arena: usize = 0
/** u8 a node: visited when equal to the epoch. */
export let visited: usize = 0
export let m: u32 = 0
export let m0: u32 = 0
/** Divides by alpha in the neighbour heuristic: ⌊2¹⁶ / alpha⌋. */
export let alphaInverse: u64 = 0
/** u32 each: entry node (0xFFFFFFFF: none), its level, unused, visited epoch, distances computed, wanted among the keys of an answer. */
export let state: usize = 0
/** One prepared row for the query or the node that is placed, one for a candidate: 2 · codeBytes each. */
export let row: usize = 0
export let otherRow: usize = 0
/** Up to 256 u32: nodes whose distances are due. */
export let due: usize = 0
/** Up to 256 u64: keys that `select` chooses among, and u32 chosen nodes. */
export let choice: usize = 0
export let chosen: usize = 0
/** u32 a node and u32 an offset: which is which. */
export let offsetOf: usize = 0
export let nodeOf: usize = 0

/** The vectors as they were added, by offset: rows of `vectorBytes`, a multiple of 16, zeros after the last element. */
export let vectors: usize = 0
export let vectorBytes: usize = 0
export let metric: i32 = 0
/** By offset: f32 lengths, for cosine. */
export let norms: usize = 0
/** By node, f32: at least the length of what a code leaves out; for l2 and dot also at least that of what it stands for; for l2 |x|². */
export let errors: usize = 0
export let lengths: usize = 0
export let squares: usize = 0
/** By node: one bit an element, above the mean or not, in `bitBytes`: a multiple of 16. */
export let bits: usize = 0
export let bitBytes: usize = 0
/** A row like a vector's: the mean of the (for cosine, unit) vectors. */
export let means: usize = 0
/** By offset: which are not deleted. And which are wanted, or 0: all. */
export let live: usize = 0
export let allow: usize = 0
/** A row like a vector's: the query, for cosine of length one. */
export let query: usize = 0

export const NO_NODE: u32 = 0xffffffff

export function place(table: usize): void {
  codes = load<u32>(table)
  codeBytes = load<u32>(table, 4)
  codeNorms = load<u32>(table, 8)
  codeGaps = load<u32>(table, 12)
  links = load<u32>(table, 16)
  linkCounts = load<u32>(table, 20)
  levels = load<u32>(table, 24)
  uppers = load<u32>(table, 28)
  arena = load<u32>(table, 32)
  visited = load<u32>(table, 36)
  m = load<u32>(table, 40)
  m0 = load<u32>(table, 44)
  alphaInverse = load<u32>(table, 48)
  state = load<u32>(table, 52)
  row = load<u32>(table, 56)
  otherRow = load<u32>(table, 60)
  due = load<u32>(table, 64)
  choice = load<u32>(table, 68)
  chosen = load<u32>(table, 72)
  offsetOf = load<u32>(table, 76)
  nodeOf = load<u32>(table, 80)
  vectors = load<u32>(table, 84)
  vectorBytes = load<u32>(table, 88)
  metric = load<i32>(table, 92)
  norms = load<u32>(table, 96)
  errors = load<u32>(table, 100)
  lengths = load<u32>(table, 104)
  squares = load<u32>(table, 108)
  bits = load<u32>(table, 112)
  bitBytes = load<u32>(table, 116)
  means = load<u32>(table, 120)
  live = load<u32>(table, 124)
  allow = load<u32>(table, 128)
  query = load<u32>(table, 132)
}

export function codeOf(node: u32): usize {
  return codes + codeBytes * node
}

/** The count of a node's links on a level lies at `listCount`, the links at `listLinks`. */
export function listLinks(node: u32, level: i32): usize {
  if (level == 0) return links + ((<usize>(node * m0)) << 2)
  const record = load<u32>(uppers + ((<usize>node) << 2)) + <u32>(level - 1)
  return arena + <usize>record * ((m + 1) << 2) + 4
}

export function listCount(node: u32, level: i32): u32 {
  return level == 0 ? <u32>load<u8>(linkCounts + node) : load<u32>(listLinks(node, level) - 4)
}

export function setListCount(node: u32, level: i32, count: u32): void {
  if (level == 0) store<u8>(linkCounts + node, <u8>count)
  else store<u32>(listLinks(node, level) - 4, count)
}

export function entryNode(): u32 {
  return load<u32>(state)
}

export function topLevel(): i32 {
  return load<i32>(state, 4)
}

export function setEntry(node: u32, level: i32): void {
  store<u32>(state, node)
  store<i32>(state, level, 4)
}

/** A new epoch: nothing is visited. Clears the bytes when the 255 epochs are used up. */
export function nextEpoch(count: u32): u8 {
  let epoch = load<u32>(state, 12) + 1
  if (epoch > 255) {
    memory.fill(visited, 0, count)
    epoch = 1
  }
  store<u32>(state, epoch, 12)
  return <u8>epoch
}

export function countDistances(count: u32): void {
  store<u32>(state, load<u32>(state, 16) + count, 16)
}
