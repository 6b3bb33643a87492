import { type Random, seeded } from './random.ts'

/** A part of a document, whatever format it is written in. */
export type Part =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'page'; readonly page: number }

const WORDS =
  'house maison casa Haus дом 房屋 家屋 집 بيت בית σπίτι घर nhà dům ház 🏠 l’eau 3.14 naïve A&B <tag> "quoted" x<y 10% C++ #1 * - | \\ ` _a_ e\u0301tude'.split(
    ' ',
  )

function phrase(random: Random, most: number): string {
  return Array.from({ length: 1 + random.below(most) }, () => random.pick(WORDS)).join(' ')
}

/** A word that stands once in a document, to tell where things are. */
function unique(random: Random, count: number): string {
  return `w${count}q${random.below(1_000_000)}`
}

/** The same document for the same seed: 1 to 30 parts in many scripts. */
export function randomDocument(seed: number): Part[] {
  const random = seeded(seed)
  let count = 0
  let page = 1
  const text = (most: number) => `${unique(random, count++)} ${phrase(random, most)}`
  return Array.from({ length: 1 + random.below(30) }, (): Part => {
    switch (random.below(6)) {
      case 0:
        return { kind: 'heading', level: 1 + random.below(6), text: text(5) }
      case 1:
        return {
          kind: 'list',
          isOrdered: random.below(2) === 0,
          items: Array.from({ length: 1 + random.below(5) }, () => text(8)),
        }
      case 2: {
        const width = 2 + random.below(4)
        return {
          kind: 'table',
          rows: Array.from({ length: 2 + random.below(4) }, () => Array.from({ length: width }, () => text(2))),
        }
      }
      case 3:
        return { kind: 'page', page: ++page }
      default:
        return { kind: 'paragraph', text: text(40) }
    }
  })
}

/** The unique words of a document, in order. */
export function uniqueWords(parts: readonly Part[]): string[] {
  const all = parts.flatMap((part) => {
    if (part.kind === 'list') return part.items
    if (part.kind === 'table') return part.rows.flat()
    return part.kind === 'page' ? [] : [part.text]
  })
  return all.map((text) => text.slice(0, text.indexOf(' ')))
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
