import { uniforms } from '../data/gaussian.ts'
import { withTypingErrors } from './typing-errors.ts'

/** The queries as they are, or as they may be typed in a hurry. */
export type Variant = 'clean' | 'typos'

const SEED = 20_261_201

/** A set of which fewer queries change has no variant: in Chinese only the foreign names would. */
const FEWEST_CHANGED = 0.25

/** The queries of a variant, in their order; undefined where it is hardly another one. */
export function queriesOf(variant: Variant, texts: readonly string[]): readonly string[] | undefined {
  if (variant === 'clean') return texts
  const random = uniforms(SEED)
  const typed = texts.map((text) => withTypingErrors(text, random))
  const changed = typed.filter((text, i) => text !== texts[i]).length
  return changed < FEWEST_CHANGED * texts.length ? undefined : typed
}
