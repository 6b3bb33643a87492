import type { Arithmetic, Books } from './arithmetic.ts'
import { openKernelArithmetic } from './kernel-arithmetic.ts'
import { PlainArithmetic } from './plain-arithmetic.ts'

/** The fastest that runs here. */
export function openArithmetic(books: Books): Arithmetic {
  return openKernelArithmetic(books) ?? new PlainArithmetic(books)
}
