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
  const pick = (list: readonly string[], at: number) => list[at % list.length]!
  // Numbers without a common divisor, so that the sentences differ; and a number in each, so that all do.
  const sentence = (i: number) =>
    `${pick(SUBJECTS, i)} ${pick(VERBS, i * 5)} ${pick(OBJECTS, i * 7)} ${pick(ENDS, i * 11)}, page ${i}. `
  const texts = Array.from({ length: count }, (_, i) => sentence(i).repeat(words).split(' ').slice(0, words).join(' '))
  return { name: 'made-up-sentences', texts }
}
