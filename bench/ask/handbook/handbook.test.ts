import { describe, expect, test } from 'vitest'
import {
  type AnswerableQuestion,
  documentsOf,
  HANDBOOK_DOCUMENTS,
  HANDBOOK_QUESTIONS,
  type UnanswerableQuestion,
} from './handbook.ts'

const byName = new Map(HANDBOOK_DOCUMENTS.map((document) => [document.name, document]))
const answerable = HANDBOOK_QUESTIONS.filter((question): question is AnswerableQuestion => 'answers' in question)
const unanswerable = HANDBOOK_QUESTIONS.filter((question): question is UnanswerableQuestion => 'unanswerable' in question)

function counted<T>(values: T[], keyOf: (value: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[keyOf(value)] = (counts[keyOf(value)] ?? 0) + 1
  return counts
}

describe('the documents', () => {
  test('are 60, each listed once and not empty', () => {
    const files = Object.keys(import.meta.glob('./documents/*', { query: '?raw' })).map((path) => path.split('/').at(-1))
    expect(HANDBOOK_DOCUMENTS.map(({ name }) => name).sort()).toEqual(files.sort())
    expect(byName.size).toBe(60)
    for (const { name, text } of HANDBOOK_DOCUMENTS) expect(text.length, name).toBeGreaterThan(300)
  })

  test('have every kind and every language in both halves', () => {
    expect(counted(HANDBOOK_DOCUMENTS, ({ language }) => language)).toEqual({ en: 40, fr: 10, de: 10 })
    expect(counted(HANDBOOK_DOCUMENTS, ({ half }) => half)).toEqual({ dev: 30, test: 30 })
    const kinds = counted(HANDBOOK_DOCUMENTS, ({ kind, half }) => `${kind}, ${half}`)
    expect(Object.keys(kinds).length).toBe(16)
    const languages = counted(HANDBOOK_DOCUMENTS, ({ language, half }) => `${language}, ${half}`)
    expect(Object.keys(languages).length).toBe(6)
  })
})

describe('the questions', () => {
  test('are 240, a third of them without an answer, as many in each half', () => {
    expect(new Set(HANDBOOK_QUESTIONS.map(({ id }) => id)).size).toBe(240)
    expect(new Set(HANDBOOK_QUESTIONS.map(({ question }) => question)).size).toBe(240)
    expect(counted(answerable, ({ half }) => half)).toEqual({ dev: 80, test: 80 })
    expect(counted(unanswerable, ({ half }) => half)).toEqual({ dev: 40, test: 40 })
    expect(counted(unanswerable, (question) => question.unanswerable)).toEqual({ 'near miss': 40, absent: 20, elsewhere: 20 })
    expect(HANDBOOK_QUESTIONS.filter((question) => 'document' in question !== 'answers' in question)).toEqual([])
  })

  test('are about each document, and all about one document are in its half', () => {
    expect([...new Set(answerable.flatMap(documentsOf))].sort()).toEqual([...byName.keys()].sort())
    for (const question of answerable)
      for (const name of documentsOf(question)) expect(byName.get(name)?.half, question.id).toBe(question.half)
    for (const { id, half, near, unanswerable: why } of unanswerable) {
      expect(near === undefined, id).toBe(why === 'elsewhere')
      if (near) expect(byName.get(near)?.half, id).toBe(half)
    }
  })

  test('have answers that stand in their documents, and are not the question', () => {
    for (const question of answerable) {
      const texts = documentsOf(question).map((name) => byName.get(name)!.text)
      expect(question.answers.length, question.id).toBeGreaterThan(0)
      for (const answer of question.answers) {
        expect(answer.trim(), question.id).toBe(answer)
        expect(answer.length, question.id).toBeGreaterThan(0)
        expect(answer.endsWith('?'), question.id).toBe(false)
        expect(
          texts.some((text) => text.includes(answer)),
          `${question.id}: ${answer}`,
        ).toBe(true)
      }
      for (const text of texts)
        expect(
          question.answers.some((answer) => text.includes(answer)),
          question.id,
        ).toBe(true)
    }
  })
})
