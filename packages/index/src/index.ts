export { checkVector, checkVectors } from './check-vectors.ts'
export { checksum } from './checksum.ts'
export { FlatIndex, type FlatIndexOptions, type FlatSearchOptions } from './flat-index.ts'
