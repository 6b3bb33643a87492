import { describe, expect, test } from 'vitest'
import { matchSpans } from './match-spans.ts'
import { contentWords, isStopWord } from './stop-words.ts'

const marked = (text: string, query: string) => matchSpans(text, query).map(({ start, end }) => text.slice(start, end))

describe('the words of a query in a text', () => {
  test('are found in every inflection, with their accents', () => {
    expect(marked('Déclarez vos impôts : l’impôt se déclare.', 'déclaration impot')).toEqual([
      'Déclarez',
      'impôts',
      'impôt',
      'déclare',
    ])
  })

  test('leave stop words out', () => {
    expect(marked('The capital of France is Paris.', 'What is the capital of France?')).toEqual(['capital', 'France'])
  })

  test('leave the elided article out', () => {
    expect(marked('l’eau de l’État', 'l’eau')).toEqual(['eau'])
  })

  test('are its stop words where it has no others', () => {
    expect(marked('to be or not to be', 'to be')).toEqual(['to', 'be', 'to', 'be'])
  })

  test('are one word for two, and two for one', () => {
    expect(marked('The file system, a file and a system.', 'filesystem')).toEqual(['file system'])
    expect(marked('A keypad with keys.', 'key pad')).toEqual(['keypad', 'keys'])
    expect(marked('a file, system', 'filesystem')).toEqual([])
  })

  test('go on where the last word is being typed', () => {
    const spans = (query: string) => matchSpans('The kettle of keys.', query, { asYouType: true }).map(({ start }) => start)
    expect([spans('ket'), spans('ke'), spans('ket '), spans('the')]).toEqual([[4], [4, 14], [], [0]])
  })

  test('are none where none is there', () => {
    expect(matchSpans('Nothing here.', 'voisin')).toEqual([])
    expect(matchSpans('', 'voisin')).toEqual([])
    expect(matchSpans('text', '')).toEqual([])
  })
})

describe('stop words', () => {
  const content = (text: string) => contentWords(text).map((word) => word.text)

  test('are words of either language that mean nothing alone', () => {
    for (const word of ['the', 'which', "don't", 'le', 'quelles', 'etait', 'qu']) expect(isStopWord(word)).toBe(true)
    for (const word of ['paris', 'car', 'son', 'comment', 'impot', 'constructor']) expect(isStopWord(word)).toBe(false)
  })

  test('that mean something in the other language are judged by the text', () => {
    expect(content('the red car of my son')).toEqual(['red', 'car', 'son'])
    expect(content('Comment renouveler son passeport ?')).toEqual(['renouveler', 'passeport'])
    expect(content('Where is the comment?')).toEqual(['comment'])
  })
})
