import { type Arithmetic, BLOCK_ROWS, type Books, sizesOf } from './arithmetic.ts'
import { base64 } from './generated/pooling.ts'

/** What `assembly` exports; addresses and sizes in bytes. */
interface Kernels {
  unpack(centroids: number, width: number, codes: number, parts: number, row: number, rowBytes: number): void
  addRows(rows: number, stride: number, count: number, times: number, to: number): void
  dots(rows: number, stride: number, count: number, vector: number, products: number, squares: number): void
}

const PAGE_BYTES = 65_536
/** `unpack` reads so much behind the last book at most. */
const ROOM_BYTES = 8

let compiled: WebAssembly.Module | undefined

/** With WebAssembly; undefined where it is missing or forbidden, or has no SIMD. */
export function openKernelArithmetic(books: Books): Arithmetic | undefined {
  try {
    // At once, since models are opened and asked at once; so few bytes a page's main thread may compile too.
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)))
    return new KernelArithmetic(compiled, books)
  } catch {
    return undefined
  }
}

class KernelArithmetic implements Arithmetic {
  readonly stride: number
  readonly rows: Int8Array
  readonly times: Float64Array
  readonly sum: Float64Array
  readonly weighted: Float64Array
  readonly products: Float64Array
  readonly squares: Float64Array
  readonly memoryBytes: number
  readonly #kernels: Kernels
  readonly #parts: number
  readonly #width: number
  readonly #centroids: Int8Array
  readonly #codes: Uint8Array

  constructor(module: WebAssembly.Module, books: Books) {
    const { dim, parts, centroids } = books
    const { stride, rowsLength } = sizesOf(books)
    this.stride = stride
    this.#parts = parts
    this.#width = dim / parts
    const vectorBytes = stride * Float64Array.BYTES_PER_ELEMENT
    const columnBytes = BLOCK_ROWS * Float64Array.BYTES_PER_ELEMENT
    const bytes = 3 * columnBytes + 2 * vectorBytes + rowsLength + centroids.length + ROOM_BYTES + parts
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) })
    this.#kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels
    const { buffer } = memory
    this.memoryBytes = buffer.byteLength
    // Numbers before bytes, so that they are aligned.
    let at = 0
    const place = (byteCount: number) => {
      at += byteCount
      return at - byteCount
    }
    const numbers = (byteCount: number) => new Float64Array(buffer, place(byteCount), byteCount / Float64Array.BYTES_PER_ELEMENT)
    this.times = numbers(columnBytes)
    this.products = numbers(columnBytes)
    this.squares = numbers(columnBytes)
    this.sum = numbers(vectorBytes)
    this.weighted = numbers(vectorBytes)
    this.rows = new Int8Array(buffer, place(rowsLength), rowsLength)
    this.#centroids = new Int8Array(buffer, place(centroids.length + ROOM_BYTES), centroids.length)
    this.#centroids.set(centroids)
    this.#codes = new Uint8Array(buffer, place(parts), parts)
  }

  unpack(codes: Uint8Array, from: number, row: number): void {
    const parts = this.#parts
    const here = this.#codes
    // Faster than `set` of so few.
    for (let part = 0; part < parts; part++) here[part] = codes[from + part]!
    const at = this.rows.byteOffset + row * this.stride
    this.#kernels.unpack(this.#centroids.byteOffset, this.#width, here.byteOffset, parts, at, this.stride)
  }

  addRows(count: number, to: Float64Array): void {
    this.#kernels.addRows(this.rows.byteOffset, this.stride, count, this.times.byteOffset, to.byteOffset)
  }

  multiply(count: number): void {
    const { rows, stride, sum, products, squares } = this
    this.#kernels.dots(rows.byteOffset, stride, count, sum.byteOffset, products.byteOffset, squares.byteOffset)
  }
}
