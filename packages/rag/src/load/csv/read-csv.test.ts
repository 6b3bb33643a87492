import { expect, test } from 'vitest'
import { alphabetOf, Random, sentenceOf, wordOf } from '../testing/random-words.ts'
import { readCsv } from './read-csv.ts'

test('each row of a random table is a place, whatever parts its cells and whatever stands in them', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed)
    const alphabet = alphabetOf(random)
    const delimiter = random.pick([',', ';', '\t', '|'])
    const width = random.integer(2, 6)
    const cell = () => {
      const text =
        random.next() < 0.2 ? `${wordOf(random, alphabet)}${delimiter}\n"${wordOf(random, alphabet)}"` : wordOf(random, alphabet)
      const isNumber = random.next() < 0.3
      if (isNumber) return String(random.integer(0, 9999))
      return /["\n,;\t|]/.test(text) || random.next() < 0.2 ? `"${text.replaceAll('"', '""')}"` : text
    }
    const rows = Array.from({ length: random.integer(2, 30) }, () => Array.from({ length: width }, cell).join(delimiter))
    const written = rows.join('\n')
    const { text, format, places } = readCsv(`\ufeff${random.next() < 0.5 ? written.replaceAll('\n', '\r\n') : written}`)
    expect(text).toBe(written)
    expect(format).toBe('csv')
    expect(places!.length, `seed ${seed}`).toBe(rows.length)
    for (const [index, row] of rows.entries()) expect(text.startsWith(row, places![index]!.start)).toBe(true)
  }
})

test('prose in a cell decides nothing, and an open quote is text', () => {
  const text = `name;note\n${Array.from({ length: 9 }, (_, at) => `a${at};One, two, three, and ${sentenceOf(new Random(at), 'abcde')}`).join('\n')}`
  expect(readCsv(text).places).toHaveLength(10)
  expect(readCsv('a,b\n1,"open\n2,3\n4,5').places).toHaveLength(4)
})

test('any text is read in one pass', () => {
  for (const piece of ['"', ',"', '\n', ' ', '""', ',"\n', 'a', '"a']) {
    expect(readCsv(piece.repeat(1_000_000 / piece.length)).text.length).toBeGreaterThan(0)
  }
})
