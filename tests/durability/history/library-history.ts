import type { History, State } from './history.ts'
import { mix, randomNumbers, wordOf } from './random.ts'

const DOCUMENTS = 60

export type LibraryOperation =
  | { readonly kind: 'add'; readonly ids: readonly string[] }
  | { readonly kind: 'remove'; readonly ids: readonly string[] }

export function libraryOperationOf(seed: number, number: number): LibraryOperation {
  const random = randomNumbers(mix(seed, number, 3))
  const whole = (below: number) => Math.floor(random() * below)
  const some = (count: number) => [...new Set(Array.from({ length: count }, () => `doc-${whole(DOCUMENTS)}`))]
  if (random() < 0.75) return { kind: 'add', ids: some(1 + whole(4)) }
  return { kind: 'remove', ids: some(1) }
}

/** The paragraphs that write `number` gives to a document, each with a word that stands nowhere else; a chunk each, or more. */
export function paragraphsOf(number: number, id: string): { readonly word: string; readonly text: string }[] {
  const place = Number(id.slice('doc-'.length))
  const random = randomNumbers(mix(number, place, 5))
  // A long one now and then: its chunks are a write of more than 64 KiB.
  const count = random() < 0.06 ? 120 + Math.floor(random() * 80) : 1 + Math.floor(random() * 4)
  return Array.from({ length: count }, (_, row) => {
    const word = wordOf(number, place * 1_000 + row)
    const sentences = Array.from(
      { length: 2 + Math.floor(random() * 8) },
      (_, i) => `Sentence ${i} of ${word} says what it says.`,
    )
    return { word, text: sentences.join(' ') }
  })
}

export function textOf(number: number, id: string): string {
  return paragraphsOf(number, id)
    .map(({ text }) => text)
    .join('\n\n')
}

export function libraryHistory(seed: number): History {
  return {
    atomic: false,
    depth: 1,
    apply(state: State, number: number) {
      const operation = libraryOperationOf(seed, number)
      for (const id of operation.ids) {
        if (operation.kind === 'add') state.set(id, `${number}`)
        else state.delete(id)
      }
    },
  }
}

/** Of the negative control: each write is a record of its own. */
export const relaxedHistory: History = {
  atomic: true,
  depth: 1,
  apply: (state, number) => void state.set(`${number}`, `${number}`),
}
