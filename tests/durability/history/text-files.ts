import { mix, randomNumbers, wordOf } from './random.ts'

/** Text files that follow from a seed: what is put into a library, or was in one of an earlier version. */
export type FilesKind = 'ingest' | 'take-over'

export interface Section {
  /** Stands in this section, in a copy of it, and nowhere else. */
  readonly word: string
  readonly text: string
}

export interface TextFile {
  readonly name: string
  readonly sections: readonly Section[]
  readonly text: string
}

interface Shape {
  readonly count: number
  /** Each of so many files is long: several hundred chunks, which no one write stores. */
  readonly longEvery: number
  /** How many sentences a section of a long file has: those of old libraries are longer than one piece of text (2 ** 20 units). */
  readonly longSentences: number
}

const SHAPES: { readonly [K in FilesKind]: Shape } = {
  ingest: { count: 500, longEvery: 100, longSentences: 6 },
  'take-over': { count: 1_000, longEvery: 1_000, longSentences: 60 },
}
/** Where among so many files the long one stands. */
const LONG_AT = 30
/** The last of so many files has the text of one so far before it, which was stored by another write: the same text is embedded once. */
const COPY_EVERY = 50
const COPY_OF = 25
const ORPHANS = 5

export function textFilesOf(kind: FilesKind, seed: number): TextFile[] {
  const shape = SHAPES[kind]
  return Array.from({ length: shape.count }, (_, number) => textFileOf(seed, number, shape))
}

/** Files of which an interrupted ingest of an earlier version has left chunks. */
export function orphansOf(seed: number): TextFile[] {
  const shape = SHAPES['take-over']
  return Array.from({ length: ORPHANS }, (_, at) => textFileOf(seed, shape.count + 1 + at, shape))
}

function textFileOf(seed: number, number: number, { longEvery, longSentences }: Shape): TextFile {
  const source = number % COPY_EVERY === COPY_EVERY - 1 ? number - COPY_OF : number
  const random = randomNumbers(mix(seed, source, 11))
  const isLong = source % longEvery === LONG_AT
  const count = isLong ? 400 + Math.floor(random() * 300) : 1 + Math.floor(random() * 3)
  const sections = Array.from({ length: count }, (_, row) => {
    const word = wordOf(source, row)
    const sentences = isLong ? longSentences : 2 + Math.floor(random() * 8)
    const body = Array.from({ length: sentences }, (_, at) => `Sentence ${at} of ${word} says what it says.`).join(' ')
    // With a heading it is a chunk of its own, without one it may share a chunk with the section before it.
    return { word, text: isLong || random() < 0.6 ? `## About ${word}\n\n${body}` : body }
  })
  return { name: `file-${number}.md`, sections, text: sections.map(({ text }) => text).join('\n\n') }
}
