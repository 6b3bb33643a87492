import documentRows from './documents.json' with { type: 'json' }
import questionRows from './questions.json' with { type: 'json' }

export type Language = 'de' | 'en' | 'fr'
/** `dev` is for tuning, `test` for reporting. */
export type Half = 'dev' | 'test'

export interface HandbookDocument {
  /** The file's name, unique. */
  name: string
  kind: 'code' | 'contract' | 'csv' | 'faq' | 'manual' | 'minutes' | 'price table' | 'recipe'
  language: Language
  half: Half
  text: string
}

interface Question {
  id: string
  /** Of the question; a few in English are about documents in other languages. */
  language: Language
  half: Half
  question: string
}

export interface AnswerableQuestion extends Question {
  /** The document that answers, or several that do so equally well. */
  document: string | string[]
  /** Spans of the text of `document`, one of which is enough. */
  answers: string[]
}

export interface UnanswerableQuestion extends Question {
  unanswerable: 'near miss' | 'absent' | 'elsewhere'
  /** The document whose subject the question comes near; absent with `elsewhere`. */
  near?: string
}

export type HandbookQuestion = AnswerableQuestion | UnanswerableQuestion

const texts = import.meta.glob<string>('./documents/*', { query: '?raw', import: 'default', eager: true })

export const HANDBOOK_DOCUMENTS = documentRows.map((row) => ({
  ...row,
  text: texts[`./documents/${row.name}`],
})) as HandbookDocument[]

export const HANDBOOK_QUESTIONS = questionRows as HandbookQuestion[]

/** The names of the documents that answer a question; none for one without an answer. */
export function documentsOf(question: HandbookQuestion): string[] {
  return 'document' in question ? [question.document].flat() : []
}
