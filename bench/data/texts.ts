/** Texts to embed. */
export interface TextSet {
  readonly name: string
  readonly texts: readonly string[]
}

const URL = '/shared/data/wordnet-minilm/texts.txt'

const SUBJECTS = ['The library', 'A river', 'Her letter', 'The old bridge', 'Our committee', 'A small bakery', 'The north wind']
const VERBS = ['opens', 'describes', 'carries', 'repairs', 'remembers', 'sells', 'measures', 'follows', 'refuses']
const OBJECTS = [
  'a map of the valley',
  'three hundred books',
  'the price of bread',
  'an unfinished song',
  'the last train',
  'a tax form',
]
const ENDS = [
  'before noon',
  'without a word',
  'in the year 1908',
  'for the neighbours',
  'because it rained',
  'as the law requires',
]

/** What made-up sentences are put together from, part by part. */
export const MADE_UP: readonly (readonly string[])[] = [SUBJECTS, VERBS, OBJECTS, ENDS]

/** A sentence without its full stop: of each part the one at its place, round and round. */
export function sentence(places: readonly number[]): string {
  return MADE_UP.map((part, i) => part[places[i]! % part.length]).join(' ')
}

/** So many texts of `words` words each: the beginnings of WordNet's glosses where they are, else sentences put together from a few words. */
export async function textSet(count: number, words: number): Promise<TextSet> {
  const response = await fetch(URL)
  if (response.ok && !response.headers.get('content-type')?.includes('html')) {
    const texts: string[] = []
    for (const gloss of (await response.text()).split('\n')) {
      if (texts.length === count) break
      const split = gloss.split(' ')
      if (split.length >= words) texts.push(split.slice(0, words).join(' '))
    }
    return { name: 'wordnet-glosses', texts }
  }
  // Numbers without a common divisor, so that the sentences differ; and a number in each, so that all do.
  const numbered = (i: number) => `${sentence([i, i * 5, i * 7, i * 11])}, page ${i}. `
  const texts = Array.from({ length: count }, (_, i) => numbered(i).repeat(words).split(' ').slice(0, words).join(' '))
  return { name: 'made-up-sentences', texts }
}
