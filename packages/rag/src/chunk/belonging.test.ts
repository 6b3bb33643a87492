import { expect, test } from 'vitest'
import { createChunker } from './chunker.ts'
import { findStatements } from './statements.ts'

const cut = (text: string, maxCharacters = 200, id = 'd') => createChunker({ maxCharacters }).chunk({ id, text })
const filler = 'The weather was fine that day and nobody spoke of it again. '.repeat(2).trim()
const said = (chunk: Parameters<typeof findStatements>[0] & { text: string }) =>
  findStatements(chunk).map(({ start, end }) => chunk.text.slice(start, end))

test.each([
  ['Bring the following:', 4],
  ['**Bringt mit:**', 4],
  ['请带上：', 4],
])('a list stands in the chunk of what announces it where both fit: %s', (announcement, count) => {
  const list = Array.from({ length: count }, (_, i) => `- thing number ${i} to bring`).join('\n')
  const chunks = cut(`${filler}\n\n${announcement}\n\n${list}\n\n${filler}`)
  expect(chunks.filter(({ text }) => text.includes(announcement) && text.includes(list))).toHaveLength(1)
})

test('what of a list does not fit beside its announcement is read under it, and an item’s own items under both', () => {
  const items = Array.from({ length: 12 }, (_, i) => `- thing number ${i} to bring\n  - with its ${'long '.repeat(20)}tail`)
  const [first, ...others] = cut(`We leave on Monday. Bring these things:\n\n${items.join('\n')}`, 160)
  expect(first!.text.startsWith('We leave')).toBe(true)
  for (const { lead } of others) expect(lead!.startsWith('Bring these things:')).toBe(true)
  const child = others.find(({ text }) => text.startsWith('- with its'))
  if (child) expect(child.lead).toContain('thing number')
})

test('items that are read under what announces them are said without their numbers', () => {
  const items = Array.from({ length: 12 }, (_, i) => `${i + 1}. Turn part ${i} to the left`)
  for (const chunk of cut(`Do this:\n\n${items.join('\n')}`, 120).slice(1)) {
    expect(chunk.lead).toBe('Do this:')
    expect(said(chunk)).toEqual(chunk.text.split('\n').map((line) => line.replace(/^\d+\. /, '')))
  }
})

test('an announcement is not parted from a code block, and code that is cut is read under its fence', () => {
  const code = `\`\`\`sh\n${'make install\n'.repeat(30)}\`\`\``
  const chunks = cut(`Run this command:\n\n${code}`)
  expect(chunks[0]!.text).toContain('Run this command:\n\n```sh\nmake')
  for (const chunk of chunks.slice(1)) {
    expect(chunk.lead).toBe('Run this command:\n```sh')
    expect(new Set(said(chunk))).toEqual(new Set(['make install']))
  }
})

// By shape: a question mark of any script, bold letters, a label that comes again.
test.each([
  ['How do bees live?', 'In hives.'],
  ['**Wie leben Bienen?**', 'In Stöcken.'],
  ['Frage: Wie leben Bienen?', 'Antwort: In Stöcken.'],
  ['Вопрос 1: Как живут пчёлы?', 'Ответ: В ульях.'],
  ['问：蜜蜂怎样生活？', '答：在蜂巢里。'],
  ['س: كيف يعيش النحل؟', 'ج: في خلايا.'],
  ['Πώς ζουν οι μέλισσες;', 'Σε κυψέλες.'],
  ['- **How do bees live?**', '  In hives.'],
])('a question stands with its answer: %s', (question, answer) => {
  const more = `${answer} ${'More is said of it here. '.repeat(3)}`.trimEnd()
  const pairs = Array.from({ length: 6 }, () => `${question}\n\n${more}`)
  for (const { text, lead } of cut(pairs.join('\n\n'), 170)) {
    expect(lead).toBe(undefined)
    expect(text.startsWith(question)).toBe(true)
    expect(text.split(question)).toHaveLength(text.split(answer).length)
  }
  const [first, ...others] = cut(pairs[0]! + ' And still more. '.repeat(40), 170)
  expect(first!.text.startsWith(question)).toBe(true)
  for (const { lead } of others) expect(lead).toBe(question)
})

test('questions and answers on lines that follow each other are parted between pairs', () => {
  const pairs = Array.from(
    { length: 9 },
    (_, i) => `Q: What is the number ${i} of them?\nA: It is number ${i}, as it always was.`,
  )
  for (const { text } of cut(pairs.join('\n'))) expect(pairs.join('\n').includes(text) && /^Q: .*was\.$/s.test(text)).toBe(true)
})

test('so are questions that have a line of their own, without labels', () => {
  const pairs = Array.from({ length: 9 }, (_, i) => `How many are there of number ${i}?\nThere are ${i} of them. So it is.`)
  for (const { text } of cut(pairs.join('\n'))) expect(/^How many (?:.|\n)*it is\.$/.test(text)).toBe(true)
})

test('a question in running text announces nothing', () => {
  const text = `It rained. Why did it rain? Nobody knew. ${filler}\n\n${filler}\n\n${filler}\n\n${filler}`
  expect(cut(text).every(({ lead }) => lead === undefined)).toBe(true)
})

test('lines that are entries are said one by one, lines of broken text are not', () => {
  const phones = 'Anna Huber   030 1234\nBob Meier    030 5678\nCarl Unger   030 9012'
  expect(said(cut(phones)[0]!)).toEqual(phones.split('\n'))
  const same = Array.from({ length: 30 }, (_, i) => `Person N${10 + i} 030 ${1000 + i}`)
  for (const chunk of cut(same.join('\n'), 100)) expect(same).toEqual(expect.arrayContaining(said(chunk)))
  const broken =
    'In 1969 two men went to the Moon, and a\nthird one stayed above it. They came\nback after 8 days, with 21 kg of stone.'
  expect(said(cut(broken)[0]!)).toHaveLength(2)
  const values = 'name;phone;city\nAnna;030 1;Berlin\nBob;030 2;Köln\nCarl;030 3;Bonn'
  expect(findStatements(values)[0]).toEqual({ start: 16, end: 33, header: 'name;phone;city' })
})

test('a long sentence is cut at what divides it, in any script, before it is cut between words', () => {
  for (const [part, stop] of [
    ['nobody knows what the harbour was like before the war', '; '],
    ['wer am Morgen kommt und am Abend geht', ', '],
    ['东京是日本的首都而巴黎是法国的首都', '，'],
    ['لا أحد يعرف كيف كان الميناء قبل الحرب', '، '],
  ] as const) {
    for (const { text } of cut(Array.from({ length: 12 }, () => part).join(stop), 130)) {
      expect(
        text
          .replace(new RegExp(`[${stop.trim()}]$`), '')
          .split(stop)
          .every((each) => each === part),
      ).toBe(true)
    }
  }
})
