// Sums over a text's vectors. `src/plain-arithmetic.ts` does the same in JavaScript, bit for bit.

export { addRows } from './add-rows'
export { dots } from './dots'
export { unpack } from './unpack'
