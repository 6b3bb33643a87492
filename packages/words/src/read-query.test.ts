import { expect, test } from 'vitest'
import { hasPhrase, readQuery } from './read-query.ts'

test.each<[string, ReturnType<typeof readQuery>]>([
  ['plain words', { text: 'plain words', phrases: [], excluded: [], begun: [] }],
  ['"single sign on" guide', { text: 'single sign on guide', phrases: ['single sign on'], excluded: [], begun: [] }],
  ['jaguar -car', { text: 'jaguar ', phrases: [], excluded: ['car'], begun: [] }],
  ['jaguar -"sports car"', { text: 'jaguar ', phrases: [], excluded: ['sports car'], begun: [] }],
  ['„single sign on“ guide', { text: 'single sign on guide', phrases: ['single sign on'], excluded: [], begun: [] }],
  ['« sports car » red', { text: ' sports car  red', phrases: [' sports car '], excluded: [], begun: [] }],
  ['language -C++', { text: 'language ', phrases: [], excluded: ['C++'], begun: [] }],
  ['neigh* found', { text: 'neigh found', phrases: [], excluded: [], begun: ['neigh'] }],
  // no signs: flags, hyphens, arithmetic, one mark alone, and what leaves nothing to look for
  ['what does tar -x do', { text: 'what does tar -x do', phrases: [], excluded: [], begun: [] }],
  ['git commit --amend', { text: 'git commit --amend', phrases: [], excluded: [], begun: [] }],
  ['well-known 5 - 3', { text: 'well-known 5 - 3', phrases: [], excluded: [], begun: [] }],
  ['a 5" screen', { text: 'a 5" screen', phrases: [], excluded: [], begun: [] }],
  ['""', { text: '""', phrases: [], excluded: [], begun: [] }],
  ['freezer -18', { text: 'freezer -18', phrases: [], excluded: [], begun: [] }],
  ['balance -250.50 euros', { text: 'balance -250.50 euros', phrases: [], excluded: [], begun: [] }],
  ['-word', { text: '-word', phrases: [], excluded: [], begun: [] }],
  ['Systemdatum und -zeit', { text: 'Systemdatum und -zeit', phrases: [], excluded: [], begun: [] }],
  ['Who said "enough"?', { text: 'Who said "enough"?', phrases: [], excluded: [], begun: [] }],
  ['"Who said so?"', { text: 'Who said so?', phrases: ['Who said so?'], excluded: [], begun: [] }],
  ['2 * 3', { text: '2 * 3', phrases: [], excluded: [], begun: [] }],
])('%s', (query, read) => {
  expect(readQuery(query)).toEqual(read)
})

test.each([
  ['Single sign-on lets one login open all.', 'single sign on', true],
  ['Written in C++ alone.', 'C#', false],
  ['Written in C# alone.', 'C#', true],
  ['A single sign is enough.', 'single sign on', false],
  ['Sign on, single!', 'single sign on', false],
  ['L’impôt sur le revenu', 'impot SUR le', true],
  ['祝你们新年快乐', '新年快乐', true],
  ['getUserById(row)', 'user by id', true],
])('%s has “%s”: %s', (text, phrase, expected) => {
  expect(hasPhrase(text, phrase)).toBe(expected)
})
