import { contentWords, findWords, formsOf, isBeginning, type Word } from '@voisin/words'

// As in the collection's own search.
const K1 = 1.2
const B = 0.75

interface Posting {
  readonly text: number
  readonly count: number
}

/** BM25 over some texts, to try questions on: words count as one where they begin alike. */
export class SampledWords {
  readonly #postings = new Map<string, Posting[]>()
  readonly #lengths: number[] = []
  #sum = 0

  /** Adds a text, whose number is how many were added before. */
  add(text: string): void {
    const words = findWords(text)
    for (const [term, count] of countsOf(words)) {
      const posting = { text: this.#lengths.length, count }
      const postings = this.#postings.get(term)
      if (postings === undefined) this.#postings.set(term, [posting])
      else postings.push(posting)
    }
    this.#lengths.push(words.length)
    this.#sum += words.length
  }

  /**
   * The scores of all texts for a question.
   *
   * @param one A text that is taken for another.
   */
  scores(question: string, one: { readonly text: number; readonly as: string }): Float64Array {
    const scores = new Float64Array(this.#lengths.length)
    const words = findWords(one.as)
    const counts = countsOf(words)
    for (const term of new Set(contentWords(question).map(termOf))) {
      const postings = this.#postings.get(term)
      if (postings === undefined) continue
      const idf = Math.log(1 + (this.#lengths.length - postings.length + 0.5) / (postings.length + 0.5))
      for (const { text, count } of postings) scores[text]! += idf * this.#saturated(count, this.#lengths[text]!)
      const { text } = one
      const own = postings.find((posting) => posting.text === text)
      if (own !== undefined) scores[text]! -= idf * this.#saturated(own.count, this.#lengths[text]!)
      const count = counts.get(term)
      if (count !== undefined) scores[text]! += idf * this.#saturated(count, words.length)
    }
    return scores
  }

  #saturated(count: number, length: number): number {
    return count / (count + K1 * (1 - B + (B * length * this.#lengths.length) / this.#sum))
  }
}

function countsOf(words: readonly Word[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const word of words) {
    const term = termOf(word)
    counts.set(term, (counts.get(term) ?? 0) + 1)
  }
  return counts
}

function termOf({ text }: Word): string {
  const forms = formsOf(text)
  return forms.find(isBeginning) ?? forms[0] ?? text
}
