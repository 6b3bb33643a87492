import type { Metadata } from '@voisin/spec'
import { uniforms } from './gaussian.ts'
import { MADE_UP, sentence } from './texts.ts'
import { wordAt } from './words.ts'

/** A document for a library to take in. */
export interface MadeUpDocument {
  readonly id: string
  readonly text: string
  readonly metadata: Metadata
}

const FEWEST_SENTENCES = 4
const MOST_SENTENCES = 7

/** A document of one section for each seed; a section's text is that of its seed, wherever it stands. */
export function documentOf(id: string, seeds: readonly number[], metadata: Metadata = { year: 1908 }): MadeUpDocument {
  const sections = seeds.map((seed, i) => `## Section ${i + 1}\n\n${paragraph(seed)}\n`)
  return { id, text: `# ${id}\n\n${sections.join('\n')}`, metadata }
}

/** So many documents of so many sections; no two sections are alike. */
export function documents(count: number, sections: number): MadeUpDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const seeds = Array.from({ length: sections }, (_, section) => i * sections + section)
    return documentOf(`notes/${i}.md`, seeds, { year: 1990 + (i % 36), shelf: `shelf ${i % 100}` })
  })
}

/** So many documents of so many characters, which are bytes too. */
export function longDocuments(count: number, characters: number): MadeUpDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const paragraphs: string[] = [`# Volume ${i}`]
    for (let length = 0, seed = (i + 1) * 1e5; length < characters; seed++) {
      paragraphs.push(paragraph(seed))
      length += paragraphs.at(-1)!.length
    }
    return { id: `volumes/${i}.md`, text: paragraphs.join('\n\n').slice(0, characters), metadata: { volume: i } }
  })
}

/** Shorter than the 900 characters at which a library's chunker cuts, so that a section is a chunk. */
function paragraph(seed: number): string {
  const uniform = uniforms(seed)
  const below = (end: number) => Math.floor(uniform() * end)
  const length = FEWEST_SENTENCES + below(MOST_SENTENCES - FEWEST_SENTENCES + 1)
  const sentences = Array.from({ length }, () => {
    const places = MADE_UP.map(({ length }) => below(length))
    // Of the words of sentences alone there are too few: a search by words would find everything.
    return `${sentence(places)}, ${wordAt(uniform())} and ${wordAt(uniform())}.`
  })
  return sentences.join(' ')
}
