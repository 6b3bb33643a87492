export { type LexicalHits, LexicalIndex, type LexicalSearchOptions } from './lexical-index.ts'
export type { ScoreMoments } from './orderless-moments.ts'
export { MAKER, NOWHERE } from './pack.ts'
