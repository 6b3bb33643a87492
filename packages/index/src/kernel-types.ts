/** The kernels of one memory. Addresses are bytes, flags are truths. What each does stands beside it in `assembly/`. */
export interface Kernels {
  // f32: scan.ts
  readonly scan: (
    metric: number,
    query: number,
    bytes: number,
    vectors: number,
    norms: number,
    live: number,
    allow: number,
    count: number,
    k: number,
    pool: number,
    batch: number,
    moments: number,
  ) => number
  readonly distances: (
    metric: number,
    query: number,
    bytes: number,
    vectors: number,
    norms: number,
    offsets: number,
    count: number,
    out: number,
  ) => void

  // where everything lies: space.ts, row.ts, code-dot.ts
  readonly place: (table: number) => void
  readonly setOne: (value: number) => void
  readonly setAddsHalves: (value: boolean) => void
  readonly tryDots: (at: number, times: number) => void
  readonly fullRowBytes: () => number

  // codes: quantize.ts, query.ts
  readonly quantize: (first: number, end: number, clip: number) => number
  readonly fillGaps: (gaps: number, first: number, end: number, largest: number) => void
  readonly binarize: (vector: number, target: number, unit: number) => void
  readonly prepareQuery: (clip: number, signed: number, row: number, terms: number, fieldStep: number) => void

  // answers: answer.ts, scan-codes.ts, scan-bits.ts, scan-batch.ts
  readonly answer: (keys: number, size: number, isShifted: boolean, most: number, k: number, pool: number, room: number) => number
  readonly listWanted: (count: number, list: number) => number
  readonly countWanted: (count: number) => number
  readonly scanCodes: (
    list: number,
    count: number,
    k: number,
    listed: number,
    pool: number,
    bounds: number,
    terms: number,
    slack: number,
    room: number,
  ) => number
  readonly scanBits: (query: number, count: number, listed: number, pool: number) => number
  readonly placeBatch: (room: number) => void
  readonly scanBatch: (
    rows: number,
    groups: number,
    count: number,
    terms: number,
    listed: number,
    lists: number,
    sizes: number,
    worst: number,
    tame: number,
  ) => void
  readonly answerBatch: (
    list: number,
    size: number,
    listed: number,
    k: number,
    pool: number,
    slack: number,
    room: number,
  ) => number

  // the graph: search.ts, insert.ts, repair.ts
  readonly searchGraph: (ef: number, count: number, pool: number, without: number) => number
  readonly searchNode: (node: number, ef: number, count: number, pool: number) => number
  readonly insert: (node: number, level: number, bottom: number, ef: number, forward: number, count: number, pool: number) => void
  readonly bypass: (node: number) => void

  // the bulk build: panel.ts, partition.ts, leaf.ts, candidates.ts
  readonly panelBytes: (room: number, rows: boolean) => number
  readonly gatherCodes: (nodes: number, count: number, room: number, panel: number) => void
  readonly assignScratchBytes: () => number
  readonly assign: (
    nodes: number,
    count: number,
    leaders: number,
    leaderCount: number,
    fanout: number,
    out: number,
    scratch: number,
  ) => void
  readonly leafScratchBytes: (count: number, nearest: number) => number
  readonly leaf: (nodes: number, count: number, nearest: number, most: number, out: number, scratch: number) => void
  readonly placeCandidates: (lists: number, sizes: number, capacity: number) => void
  readonly gatherCandidates: (nodes: number, count: number, keys: number, most: number) => void
  readonly chooseForward: (first: number, end: number, forward: number) => void
  readonly offerBack: (first: number, end: number) => void
  readonly writeLinks: (first: number, end: number) => void
}
