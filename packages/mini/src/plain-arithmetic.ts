import { type Arithmetic, BLOCK_ROWS, type Books, dot, sizesOf } from './arithmetic.ts'

/** Without WebAssembly. */
export class PlainArithmetic implements Arithmetic {
  readonly stride: number
  readonly rows: Int8Array
  readonly times: Float64Array = new Float64Array(BLOCK_ROWS)
  readonly sum: Float64Array
  readonly weighted: Float64Array
  readonly products: Float64Array = new Float64Array(BLOCK_ROWS)
  readonly squares: Float64Array = new Float64Array(BLOCK_ROWS)
  readonly #books: Books

  constructor(books: Books) {
    this.#books = books
    const { stride, rowsLength } = sizesOf(books)
    this.stride = stride
    this.rows = new Int8Array(rowsLength)
    this.sum = new Float64Array(stride)
    this.weighted = new Float64Array(stride)
  }

  get memoryBytes(): number {
    const all = [this.rows, this.times, this.sum, this.weighted, this.products, this.squares]
    return all.reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  unpack(codes: Uint8Array, from: number, row: number): void {
    const { parts, dim, centroids } = this.#books
    const { rows } = this
    const width = dim / parts
    let i = row * this.stride
    const end = i + this.stride
    let book = 0
    for (let code = from; code < from + parts; code++) {
      const at = book + codes[code]! * width
      for (let j = 0; j < width; j++, i++) rows[i] = centroids[at + j]!
      book += 256 * width
    }
    rows.fill(0, i, end)
  }

  addRows(count: number, to: Float64Array): void {
    const { rows, stride } = this
    for (let row = 0; row < count; row++) {
      const times = this.times[row]!
      // Four elements at a time: the loop itself would take as long as the work.
      for (let i = 0, at = row * stride; i < stride; i += 4, at += 4) {
        to[i]! += times * rows[at]!
        to[i + 1]! += times * rows[at + 1]!
        to[i + 2]! += times * rows[at + 2]!
        to[i + 3]! += times * rows[at + 3]!
      }
    }
  }

  multiply(count: number): void {
    const { rows, stride } = this
    for (let row = 0; row < count; row++) {
      const elements = rows.subarray(row * stride, (row + 1) * stride)
      this.products[row] = dot(elements, this.sum)
      this.squares[row] = dot(elements, elements)
    }
  }
}
