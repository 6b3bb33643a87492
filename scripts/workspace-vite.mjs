import { defaultClientConditions } from 'vite'

/** The workspace runs from source; such a list replaces Vite's own, so the defaults are named again. */
export const conditions = ['@voisin/source', ...defaultClientConditions]

/** Named, because a dependency found late makes Vite reload the page in the middle of a test or a measurement. */
export const dependencies = [
  'comlink',
  'idb',
  'cborg',
  'cborg/taglib',
  '@orama/stemmers/english',
  '@orama/stemmers/french',
  'opencc-js/dict/TSCharacters',
  'chardet',
  'htmlparser2',
  '@xenova/transformers',
  'onnxruntime-web',
]
