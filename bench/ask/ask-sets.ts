import { uniforms } from '../data/gaussian.ts'
import { loadSet, type RetrievalSet, type SetDocument } from '../quality/data-sets.ts'
import { documentsOf, HANDBOOK_DOCUMENTS, HANDBOOK_QUESTIONS, type Half } from './handbook/handbook.ts'

/** A question that the documents answer. */
export interface AnswerableQuestion {
  readonly text: string
  /** Ids of documents each of which answers. */
  readonly documents: readonly string[]
  /** Spans of these documents, one of which is enough; none where nobody marked them. */
  readonly answers: readonly string[]
}

/** A question that no document answers, once some of them are taken away. */
export interface UnanswerableQuestion {
  readonly text: string
  /** Ids of the documents that are taken away. */
  readonly without: readonly string[]
}

/** Documents, and what is asked of them. */
export interface AskSet {
  readonly name: string
  readonly documents: readonly SetDocument[]
  readonly answerable: readonly AnswerableQuestion[]
  readonly unanswerable: readonly UnanswerableQuestion[]
}

/** Those that are measured unless others are asked for. */
export const REPORTED: readonly string[] = [
  ...['xquad-en', 'xquad-de', 'xquad-ru', 'xquad-tr', 'xquad-ar', 'xquad-zh', 'cnil-fr'],
  'handbook',
]
/** Those on which answers may be tuned. */
export const DEVELOPMENT: readonly string[] = ['dev-ar', 'dev-tr', 'dev-zh', 'handbook-dev']

const MOST_UNANSWERABLE = 400
const SEED = 20_261_202

/** Loads a set by name. */
export async function loadAskSet(name: string): Promise<AskSet> {
  if (name === 'handbook') return handbook(name, 'test')
  if (name === 'handbook-dev') return handbook(name, 'dev')
  const set = await loadSet(name)
  if (set.kind !== 'retrieval') throw new Error(`Nothing can be asked of "${name}".`)
  return judged(set)
}

/** All documents are there, whichever half is asked about. */
function handbook(name: string, half: Half): AskSet {
  const questions = HANDBOOK_QUESTIONS.filter((question) => question.half === half)
  return {
    name,
    documents: HANDBOOK_DOCUMENTS.map((document) => ({ id: document.name, title: '', text: document.text })),
    answerable: questions.flatMap((question) =>
      'answers' in question ? [{ text: question.question, documents: documentsOf(question), answers: question.answers }] : [],
    ),
    unanswerable: questions.flatMap((question) => ('answers' in question ? [] : [{ text: question.question, without: [] }])),
  }
}

function judged({ name, documents, queries }: RetrievalSet): AskSet {
  const articles = Map.groupBy(documents, ({ id }) => articleOf(id))
  const asked = queries.map(({ text, grades, answers }) => ({ text, documents: [...grades.keys()], answers }))
  const random = uniforms(SEED)
  const chosen = asked
    .map((question) => ({ question, at: random() }))
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_UNANSWERABLE)
  return {
    name,
    documents,
    answerable: asked,
    unanswerable: chosen.map(({ question: { text, documents: answering } }) => ({
      text,
      without: [...new Set(answering.map(articleOf))].flatMap((article) => articles.get(article)!.map(({ id }) => id)),
    })),
  }
}

/** What a paragraph is of. */
function articleOf(id: string): string {
  return id.split('-')[0]!
}
