import { describe, expect, test } from 'vitest'
import { askedFor, type IdentifierKind, WAYS } from './ways.ts'

const first = () => 0
const last = () => 0.999

function spellings(kind: IdentifierKind, text: string): Set<string | undefined> {
  return new Set([first, last].map((random) => askedFor({ kind, text }, 'other spelling', random)))
}

test('an identifier is asked for exactly, in a question, and by its parts', () => {
  const ways = WAYS.map((way) => askedFor({ kind: 'snake', text: 'open_memory_file2' }, way, first))
  expect(ways).toEqual(['open_memory_file2', 'What does open_memory_file2 do?', 'openMemoryFile2', 'open memory file 2'])
  expect(askedFor({ kind: 'camel', text: 'parseHTTPHeader' }, 'words', first)).toBe('parse http header')
  expect(askedFor({ kind: 'long flag', text: '--dry-run' }, 'words', first)).toBe('dry run')
  expect(askedFor({ kind: 'path', text: '/etc/foo/bar.conf' }, 'words', first)).toBe('etc foo bar conf')
})

describe('the other spelling', () => {
  test('of a name is that of another language', () => {
    expect(spellings('snake', 'read_line')).toEqual(new Set(['readLine', 'read-line']))
    expect(spellings('kebab', 'read-line')).toEqual(new Set(['readLine', 'read_line']))
    expect(spellings('camel', 'readLine')).toEqual(new Set(['read_line']))
    expect(spellings('error code', 'NO_SUCH_FILE')).toEqual(new Set(['no_such_file', 'NO-SUCH-FILE']))
  })

  test('of a flag, a version, a path and a part number is what people leave out or put in', () => {
    expect(spellings('long flag', '--dry-run')).toEqual(new Set(['dry-run']))
    expect(spellings('version', '2.36.1')).toEqual(new Set(['v2.36.1']))
    expect(spellings('path', '/etc/foo/bar.conf')).toEqual(new Set(['\\etc\\foo\\bar.conf', 'bar.conf']))
    expect(spellings('path', 'bar.conf')).toEqual(new Set(['./bar.conf']))
    expect(spellings('part number', 'RS-233')).toEqual(new Set(['RS233']))
    expect(spellings('part number', 'GK107')).toEqual(new Set(['gk-107']))
  })
})

test('a version has no words', () => {
  expect(askedFor({ kind: 'version', text: '2.36.1' }, 'words', first)).toBeUndefined()
  expect(askedFor({ kind: 'version', text: '2.36.1' }, 'question', first)).toBe('What changed in version 2.36.1?')
})
