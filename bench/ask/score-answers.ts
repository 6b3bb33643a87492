import { answer, type LibraryParts, retrieve } from '@voisin/rag'
import type { Answer } from '@voisin/spec'
import type { AskSet } from './ask-sets.ts'

/** Shares of the questions that were asked, 0 … 1, and how long what was cited is. */
export interface AnswerScore {
  readonly answered: number
  /** The first citation is of a document that answers. */
  readonly rightDocument: number
  /** An answer stands inside a citation. Undefined where nobody marked any. */
  readonly gold: number | undefined
  /** Of the questions without an answer, those that were answered. Undefined where there are none. */
  readonly falseAnswers: number | undefined
  /** UTF-16 code units of all citations of an answer, on average. */
  readonly citationCharacters: number
}

/** Asks a library as an app does: retrieves, and answers without a generator. */
export async function ask(question: string, parts: LibraryParts, without: readonly string[] = []): Promise<Answer> {
  const filter = without.length > 0 ? { filter: { $id: { $nin: without } } } : {}
  const context = await retrieve(question, { ...parts, ...filter })
  return await answer(question, { context, embedder: parts.embedder })
}

/** Puts all questions of a set to a library that has its documents. @param onMiss Is told what was not answered as it should be, and why. */
export async function scoreAnswers(
  set: AskSet,
  parts: LibraryParts,
  { onMiss }: { readonly onMiss?: (question: string, why: string, answer: Answer) => void } = {},
): Promise<AnswerScore> {
  let [answered, right, gold, characters] = [0, 0, 0, 0]
  for (const { text, documents, answers } of set.answerable) {
    const given = await ask(text, parts)
    if (given.kind !== 'found') {
      onMiss?.(text, 'refused', given)
      continue
    }
    answered++
    characters += given.citations.reduce((sum, { quote }) => sum + quote.length, 0)
    const isRight = documents.includes(given.citations[0]!.documentId)
    const isGold = isInside(given, documents, answers)
    right += Number(isRight)
    gold += Number(isGold)
    if (!isGold) onMiss?.(text, isRight ? `not ${answers[0]}` : 'wrong document', given)
  }
  let falseAnswers = 0
  for (const { text, without } of set.unanswerable) {
    const given = await ask(text, parts, without)
    if (given.kind !== 'found') continue
    falseAnswers++
    onMiss?.(text, 'false answer', given)
  }
  const asked = set.answerable.length
  return {
    answered: answered / asked,
    rightDocument: right / asked,
    gold: set.answerable.some(({ answers }) => answers.length > 0) ? gold / asked : undefined,
    falseAnswers: set.unanswerable.length > 0 ? falseAnswers / set.unanswerable.length : undefined,
    citationCharacters: characters / Math.max(1, answered),
  }
}

function isInside({ citations }: Answer, documents: readonly string[], answers: readonly string[]): boolean {
  return citations.some(
    ({ quote, documentId }) => documents.includes(documentId) && answers.some((span) => flat(quote).includes(flat(span))),
  )
}

/** White space says nothing. */
function flat(text: string): string {
  return text.replace(/\s+/g, ' ')
}
