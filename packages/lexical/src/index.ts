export { type LexicalHits, LexicalIndex, type ScoreMoments } from './lexical-index.ts'
