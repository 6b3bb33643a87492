import { InvalidArgumentError } from '@voisin/spec'
import { expect, test } from 'vitest'
import { openMemoryCollection } from '../index.ts'

const TEXTS = {
  sso: 'Single sign on lets one login open every tool.',
  sheet: 'Sign each single page of the sheet. A single sign is enough.',
  jaguar: 'The jaguar is a cat.',
  car: 'The Jaguar is a fast car.',
  cpp: 'The tool is written in C++ alone.',
  csharp: 'The tool is written in C# alone.',
  backup: 'Every back up takes an hour.',
  neighbours: 'Neighbours are near.',
}

async function collection() {
  const opened = await openMemoryCollection<{ text: string }>('notes', { dim: 2, fields: { text: 'text' } })
  const ids = Object.keys(TEXTS) as (keyof typeof TEXTS)[]
  await opened.upsert(ids.map((id, i) => ({ id, vector: Float32Array.of(1, i), payload: { text: TEXTS[id] } })))
  return opened
}

test.each<[string, string[]]>([
  ['single sign on', ['sso', 'sheet']],
  ['"single sign on"', ['sso']],
  ['"A single sign"', ['sheet']],
  ['"sign single"', []],
  ['jaguar -car', ['jaguar']],
  ['jaguar -cats', ['car']],
  ['jaguar -"fast car"', ['jaguar']],
  ['jaguar -"car fast"', ['jaguar', 'car']],
  ['neigh*', ['neighbours']],
  ['written -C++', ['csharp']],
  ['written "C#"', ['csharp']],
  ['“single sign on”', ['sso']],
  ['backup', ['backup']],
  ['1234567', []],
  ['neig', []],
  ['neighbuors', ['neighbours']],
  ['naer lgoin', ['neighbours', 'sso']],
])('%s', async (text, ids) => {
  await using notes = await collection()
  const hits = await notes.query({ text })
  expect(hits.map(({ id }) => id)).toEqual(ids)
})

test('what must be there, and what must not, holds for vectors too', async () => {
  await using notes = await collection()
  const vector = Float32Array.of(1, 0)
  expect((await notes.query({ vector, text: '"single sign on"' })).map(({ id }) => id)).toEqual(['sso'])
  expect((await notes.query({ vector, text: 'jaguar -car' })).map(({ id }) => id)).not.toContain('car')
  const filter = { text: { $ne: TEXTS.sso } }
  expect(await notes.query({ vector, text: '"single sign on"', filter })).toEqual([])
})

test('a word that is known is not taken for another, one that is being typed may go on', async () => {
  await using notes = await collection()
  expect(await notes.query({ text: 'jagaur', knownWords: ['Jagaur'] })).toEqual([])
  const typed = await notes.query({ text: 'one log', asYouType: true })
  expect(typed.map(({ id }) => id)).toEqual(['sso'])
  expect(typed[0]!.score).toBeGreaterThan((await notes.query({ text: 'one log' }))[0]!.score)
  await expect(notes.query({ text: 'x', knownWords: [1] as never })).rejects.toThrow(InvalidArgumentError)
  await expect(notes.query({ text: 'x', asYouType: 1 as never })).rejects.toThrow(InvalidArgumentError)
})
