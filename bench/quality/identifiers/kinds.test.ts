import { expect, test } from 'vitest'
import { keyOf, kindOf, tokensOf } from './kinds.mjs'

test('an identifier has one kind, and words, numbers, quantities and addresses have none', () => {
  const kinds = {
    '--dry-run': 'long flag',
    '2.36.1': 'version',
    WRDE_BADCHAR: 'error code',
    numa_get_mask: 'snake',
    getSaveFile: 'camel',
    PermitRootLogin: 'camel',
    '/etc/foo/bar.conf': 'path',
    'saned.conf': 'path',
    'sane-epjitsu': 'kebab',
    'RS-233': 'part number',
    GK107: 'part number',
  }
  for (const [text, kind] of Object.entries(kinds)) expect(kindOf(text), text).toBe(kind)
  for (const text of ['page', 'Page', 'NAME', '1984', '0x1f00', '192.168.1', '256-bit', '500MB', 'e.g', '/etc']) {
    expect(kindOf(text), text).toBeUndefined()
  }
})

test('a token is whole, without the sentence’s punctuation', () => {
  expect(tokensOf('See (/etc/foo.conf), "--dry-run" or ./x_y; since 2.36.1. Then...')).toEqual([
    'See',
    '/etc/foo.conf',
    '--dry-run',
    'or',
    '/x_y',
    'since',
    '2.36.1',
    'Then',
  ])
})

test('spellings of one identifier have one key', () => {
  const keys = ['get_save_file', 'getSaveFile', 'get-save-file', 'GET_SAVE_FILE', '--get-save-file'].map(keyOf)
  expect(new Set(keys).size).toBe(1)
  expect(keyOf('v2.36.1')).toBe(keyOf('2.36.1'))
  expect(keyOf('v2.36.1')).not.toBe(keyOf('2.36.2'))
})
