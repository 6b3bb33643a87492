import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headingOf, plainTitle } from './title.ts'

// What a title is, in expressions that say so plainly and may take the square of its length.
const ATX_HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/
const plainly = (markup: string) =>
  markup
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\s*\{[#.][^}]*\}\s*$/, '')
    .replace(/(\*\*|__|`|~~)(.+?)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}])([*_])(.+?)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/\s+/g, ' ')
    .trim()

const ATOMS = [
  'a',
  '1',
  '🙂',
  ' ',
  '\t',
  '#',
  '##',
  '*',
  '_',
  '**',
  '`',
  '~~',
  '[',
  ']',
  '(',
  ')',
  '!',
  '{',
  '#',
  '.',
  '}',
  '\n',
  '\u2028',
]
const markup = fc.array(fc.constantFrom(...ATOMS), { maxLength: 24 }).map((parts) => parts.join(''))

test('a title is read as plain expressions read it', () => {
  fc.assert(
    fc.property(markup, (text) => void expect(plainTitle(text)).toBe(plainly(text))),
    { numRuns: 5000 },
  )
})

test('a heading is read as a plain expression reads it', () => {
  fc.assert(
    fc.property(fc.constantFrom('# ', '## ', '  ###\t', '#', '####### ', '    # '), markup, (before, after) => {
      const line = before + after.replaceAll('\n', '')
      const [, signs, inner] = ATX_HEADING.exec(line) ?? []
      const title = inner === undefined ? '' : plainly(inner)
      expect(headingOf(line)).toEqual(title === '' ? undefined : { level: signs!.length, title })
    }),
    { numRuns: 5000 },
  )
})

test('a line of more than a thousand characters is no heading', () => {
  expect(headingOf(`# ${'a'.repeat(998)}`)?.level).toBe(1)
  expect(headingOf(`# ${'a'.repeat(999)}`)).toBe(undefined)
})
