import type { Using } from './library.ts'
import type { Variant } from './variants.ts'

/** nDCG@10 of the first edition of voisin (commit 0bcbd87): model mini, words and meaning together, a document whole. */
const FIRST_EDITION: Readonly<Record<Variant, Readonly<Record<string, number>>>> = {
  clean: {
    scifact: 0.686,
    cisi: 0.414,
    'xquad-en': 0.977,
    'cnil-fr': 0.657,
    'xquad-de': 0.931,
    'xquad-ru': 0.88,
    'xquad-tr': 0.894,
    'xquad-ar': 0.889,
    'xquad-zh': 0.963,
  },
  typos: { scifact: 0.632, 'xquad-en': 0.912, 'cnil-fr': 0.545 },
}

export function firstEdition(set: string, model: string, mode: Using, variant: Variant): number | undefined {
  return model === 'mini' && mode === 'both' ? FIRST_EDITION[variant][set] : undefined
}
