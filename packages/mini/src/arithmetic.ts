/** So many rows at once; a longer text takes its turns. */
export const BLOCK_ROWS = 256

/** What rows are made of. */
export interface Books {
  readonly dim: number
  readonly parts: number
  /** parts × 256 × (dim / parts) */
  readonly centroids: Int8Array
}

/**
 * A block of rows, elements of one byte, and the sums over them. There are two of the kind, which give the same to the last bit: every sum is made in
 * one order.
 */
export interface Arithmetic {
  /** Elements from one row to the next, at least `dim`; those beyond are 0. */
  readonly stride: number
  /** BLOCK_ROWS × stride, and 16 more: a spelling is written 32 elements at a time. */
  readonly rows: Int8Array
  /** One for each row. */
  readonly times: Float64Array
  /** `stride` each, to add rows to. */
  readonly sum: Float64Array
  readonly weighted: Float64Array
  /** What `multiply` gives, one for each row. */
  readonly products: Float64Array
  readonly squares: Float64Array
  readonly memoryBytes: number
  /** Writes the centroids that codes[from … from + parts) name to a row. */
  unpack(codes: Uint8Array, from: number, row: number): void
  /** Adds the first `count` rows, each times its number, to `sum` or to `weighted`. */
  addRows(count: number, to: Float64Array): void
  /** Multiplies the first `count` rows by `sum`, and each by itself. */
  multiply(count: number): void
}

/** What WebAssembly reads at once, in bytes. */
const READ_BYTES = 16

/** Elements from one row to the next, and of all rows. */
export function sizesOf({ dim }: Books): { readonly stride: number; readonly rowsLength: number } {
  const stride = Math.ceil(dim / READ_BYTES) * READ_BYTES
  return { stride, rowsLength: BLOCK_ROWS * stride + READ_BYTES }
}

/**
 * The dot product of vectors of a length that four divides. Of each four elements the first two add to one sum and the others to another: an
 * addition then waits less for the one before.
 */
export function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let a = 0
  let b = 0
  for (let i = 0; i < other.length; i += 4) {
    a += one[i]! * other[i]! + one[i + 1]! * other[i + 1]!
    b += one[i + 2]! * other[i + 2]! + one[i + 3]! * other[i + 3]!
  }
  return a + b
}
