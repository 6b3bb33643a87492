import type { Dictionary } from './dictionary.ts'
import { PackWriter } from './pack.ts'
import type { Postings } from './postings.ts'

// A slice of packing looks at about so many postings.
const POSTINGS_PER_SLICE = 50_000

/** What of an index is packed. */
export interface Packed {
  readonly terms: Dictionary
  readonly postings: Postings
  /** Offsets are less. */
  readonly capacity: number
  /** Words of a document. */
  lengthOf(offset: number): number
  /** Its pairs; valid until the index changes. */
  pairsOf(offset: number): Uint8Array
}

/**
 * Packs documents in slices.
 * @param packs Offsets in order of row; none is in two.
 */
export function* packSteps(packs: readonly Uint32Array[], packed: Packed): Generator<void, Uint8Array[]> {
  const { terms, postings, capacity } = packed
  const packOf = new Uint32Array(capacity)
  const rowOf = new Uint32Array(capacity)
  const writers = packs.map((offsets, pack) => {
    offsets.forEach((offset, row) => {
      packOf[offset] = pack + 1
      rowOf[offset] = row
    })
    return new PackWriter(
      Array.from(offsets, (offset) => packed.lengthOf(offset)),
      Array.from(offsets, (offset) => packed.pairsOf(offset).slice()),
    )
  })
  let looked = 0
  for (let term = 0; term < terms.size; term++) {
    packTerm(term, packOf, rowOf, writers, packed)
    looked += postings.lengthOf(term)
    if (looked < POSTINGS_PER_SLICE) continue
    looked = 0
    yield
  }
  return writers.map((writer) => writer.finish())
}

function packTerm(
  term: number,
  packOf: Uint32Array,
  rowOf: Uint32Array,
  writers: readonly PackWriter[],
  { terms, postings }: Packed,
): void {
  const { arena } = postings
  const runs = postings.runsOf(term)
  const spelled = terms.bytesOf(term)
  const formsOfTerm = (each: number) => terms.formsOf(each)
  for (let run = 0; run < runs.length; run += 2) {
    for (let at = runs[run]!; at < runs[run + 1]!; at += 2) {
      const offset = arena[at]!
      const pack = packOf[offset]
      if (pack) writers[pack - 1]!.add(term, spelled, formsOfTerm, rowOf[offset]!, arena[at + 1]!)
    }
  }
}
